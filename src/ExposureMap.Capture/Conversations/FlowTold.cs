using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// What was last told of a conversation that goes on, as much of it as takes it back. A row only where conversations are told as they grow.
/// </summary>
internal struct FlowTold
{
    public EffectCounts Effects;
    public Traffic Originator;
    public Traffic Responder;
    public Timestamp End;
    public long Missed;
    public ushort Service;
    public bool OriginatorIsLow;
    public Outcome Outcome;
    public DirectionBasis DirectionBasis;
}
