"""Mail: rendering, sending once, reading replies."""
