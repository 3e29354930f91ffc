"""WinRM, against the lab, a KDC and raw sockets."""
