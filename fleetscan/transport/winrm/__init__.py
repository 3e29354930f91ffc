"""Ask a host over WinRM: PowerShell remoting, one shell and one pipeline per conversation."""

from fleetscan.transport.winrm.transport import WinrmTransport

__all__ = ["WinrmTransport"]
