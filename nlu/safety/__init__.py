"""Safety, four times: names, messages, transcripts, replies; by lists, by form, by a small classifier."""

from nlu.safety.classifier import Classifier
from nlu.safety.safety import Safety, SafetyOptions
from nlu.safety.verdict import ALLOWED, Kind, Level, Verdict

__all__ = ["ALLOWED", "Classifier", "Kind", "Level", "Safety", "SafetyOptions", "Verdict"]
