"""The wire, and nothing else: one room per way to reach a host."""

from fleetscan.transport.interface import Step, StepObserver, Target, Transport, ignore_step

__all__ = ["Step", "StepObserver", "Target", "Transport", "ignore_step"]
