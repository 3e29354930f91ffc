"""What a run says: the view that all outputs share, and the outputs."""

from fleetscan.report.sections import ReportView
from fleetscan.report.view import build

__all__ = ["ReportView", "build"]
