using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>A directed edge of the map: what one asset's address asked of another's on one service. A view of one row of a snapshot.</summary>
public readonly record struct Conduit(MapSnapshot Map, int Row)
{
    public ref readonly ConduitRow Data => ref Map.Record.Conduits[Row];

    public Address FromAddress => Map.Record.Endpoints[Data.From].Address;

    public Address ToAddress => Map.Record.Endpoints[Data.To].Address;

    /// <summary>Asset numbers; -1 for a group address, which is no machine.</summary>
    public int From => Map.AssetOfEndpoint(Data.From);

    public int To => Map.AssetOfEndpoint(Data.To);

    /// <summary>The segments of the two addresses, not of the machines: a dual-homed machine speaks from one of its segments.</summary>
    public Segment FromSegment => Map.SegmentOfEndpoint(Data.From);

    public Segment ToSegment => Map.SegmentOfEndpoint(Data.To);

    public bool CrossesSegments => FromSegment != ToSegment;

    public Service Service => Map.ServiceOf(Data);

    public bool IsUsable => Data.IsUsable;

    public uint Conversations => Data.Conversations;

    public EffectTally Effects => Data.Effects < 0 ? default : Map.Record.Effects[Data.Effects].Forward;

    /// <summary>What the responder's messages did to the originator.</summary>
    public EffectTally BackwardEffects => Data.Effects < 0 ? default : Map.Record.Effects[Data.Effects].Backward;

    public ImmutableArray<ConduitOperation> Operations => Map.Record.Operations.GetValueOrDefault(Row, []);

    public PivotRank PivotRank => Map.Settings.Pivot.Of(Service, Effects, ToAddress);

    public Timestamp FirstSeen => new(Data.FirstSeen);

    public Timestamp LastSeen => new(Data.LastSeen);

    /// <summary>Where it was seen first, and where last.</summary>
    public Evidence Evidence
    {
        get
        {
            var isOneCapture = Data.FirstCapture == Data.LastCapture;
            return new(Map.Record.Texts[Data.FirstCapture], Data.FirstFrame, isOneCapture ? Data.LastFrame : Data.FirstFrame, FirstSeen,
                isOneCapture ? LastSeen : FirstSeen);
        }
    }

    /// <summary>Conversations by outcome, those that happened.</summary>
    public IEnumerable<(Outcome Outcome, uint Count)> Outcomes
    {
        get
        {
            var data = Data;
            return new (Outcome, uint Count)[]
            {
                (Outcome.Established, data.Established), (Outcome.Midstream, data.Midstream), (Outcome.Attempted, data.Attempted),
                (Outcome.Rejected, data.Rejected), (Outcome.Blocked, data.Blocked), (Outcome.OneWay, data.OneWay),
            }.Where(one => one.Count > 0);
        }
    }

    public override string ToString() => $"{FromAddress} -> {ToAddress} {Service}";
}
