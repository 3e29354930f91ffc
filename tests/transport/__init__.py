"""The transports, against real servers on loopback."""
