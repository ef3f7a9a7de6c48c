namespace ExposureMap.Graph.Observation;

/// <summary>Where a claim can be checked: frames of one capture (a file, or sensor and interface). Frames are numbered from 1.</summary>
public readonly record struct Evidence(string Capture, long FirstFrame, long LastFrame, Timestamp First, Timestamp Last)
{
    public override string ToString() => FirstFrame == LastFrame ? $"{Capture} frame {FirstFrame}" : $"{Capture} frames {FirstFrame}-{LastFrame}";
}

/// <summary>A message worth showing: what it did, with its frame and time.</summary>
/// <param name="Accepted">True when the responder's success answer was seen, false when it refused, null when unknown.</param>
public sealed record Operation(Effect Effect, string What, long Frame, Timestamp At, bool? Accepted = null);
