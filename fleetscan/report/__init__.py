"""What a run says: the view that all outputs share, and the outputs."""

from fleetscan.report.sections import ReportView
from fleetscan.report.view import build
from fleetscan.report.words import reason_list

__all__ = ["ReportView", "build", "reason_list"]
