# What fleetscan and its tests use of impacket 0.13.1, which carries no types.
