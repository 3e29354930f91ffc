# fleetscan-collect v1
