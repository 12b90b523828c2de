using System.Runtime.Versioning;

// The tests make links, pipes and mounts with the tools of a Unix.
[assembly: UnsupportedOSPlatform("windows")]
