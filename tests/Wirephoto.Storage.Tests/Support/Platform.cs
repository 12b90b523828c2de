using System.Runtime.Versioning;

// The folder store needs Linux, see docs/decisions.
[assembly: UnsupportedOSPlatform("windows")]
