"""Measures Wirephoto and its peers on the same work."""
