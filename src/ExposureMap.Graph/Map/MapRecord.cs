using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>A message worth showing, with the capture its frame lies in.</summary>
public sealed record ConduitOperation(Operation Operation, string Capture);

/// <summary>What one capture (a file, or sensor and interface) watched, and what it lost.</summary>
/// <param name="Problem">What could not be read of it, or null.</param>
/// <param name="Dropped">Frames lost before they could be read: by the kernel, the interface, the queue.</param>
/// <param name="MissedOctets">Octets that were acknowledged but never captured.</param>
/// <param name="Digest">Of a file's content, so that the same capture is not counted twice; empty for live capture.</param>
public sealed record CaptureCoverage(string Capture, Timestamp First, Timestamp Last, long Frames, long Dropped, long MissedOctets,
    string? Problem, string Digest = "");

/// <summary>
/// All that was observed, as it was at one moment: plain rows, without judgement. What is stored, and what a <see cref="MapSnapshot"/> is made of.
/// </summary>
public sealed record MapRecord(
    Rows<EndpointRow> Endpoints,
    Rows<ConduitRow> Conduits,
    Rows<EffectRow> Effects,
    ContactLog Contacts,
    ImmutableList<string> Texts,
    ImmutableList<Service> Services,
    FactTable Facts,
    ImmutableDictionary<int, ImmutableArray<ConduitOperation>> Operations,
    ImmutableSortedDictionary<string, CaptureCoverage> Coverage)
{
    /// <summary>How often rows were given new numbers, because some expired, since the map was read or made.</summary>
    public int Rebuilds { get; init; }

    /// <summary>The conduits as searches see them.</summary>
    public LinkTable Links => new(Conduits, Effects, ReferenceEquals(StoredLinks.Of, Conduits) ? StoredLinks.Links.Value : null);

    /// <summary>The links that were stored with some conduits; of other conduits, as of an edited copy, they say nothing.</summary>
    public (Rows<ConduitRow>? Of, Lazy<Rows<LinkRow>> Links) StoredLinks { private get; init; }

    /// <summary>Of two records of one growing map: was nothing observed between them? How long it was watched may differ.</summary>
    public bool SaysTheSameAs(MapRecord other) =>
        Rebuilds == other.Rebuilds && Endpoints.IsSameAs(other.Endpoints) && Conduits.IsSameAs(other.Conduits)
        && Facts.Rows.IsSameAs(other.Facts.Rows);

    /// <summary>
    /// Of an earlier record of the same growing map: did more come since than counts and times of what it knew? Machines, conduits and facts are
    /// news, and what a conduit was not seen to do before.
    /// </summary>
    public bool HasNewsSince(MapRecord known)
    {
        if (Rebuilds != known.Rebuilds || Endpoints.Count != known.Endpoints.Count) return true;
        if (Conduits.Count != known.Conduits.Count || Facts.Rows.Count != known.Facts.Rows.Count) return true;
        foreach (var row in Conduits.TouchedSince(known.Conduits))
        {
            ref readonly var now = ref Conduits[row];
            ref readonly var before = ref known.Conduits[row];
            var marked = LinkRow.Of(now, Effects).Marks ^ LinkRow.Of(before, known.Effects).Marks;
            if (marked is not (LinkMarks.None or LinkMarks.Works) || EffectsOf(now) != known.EffectsOf(before)) return true;     // Works is a count
        }

        return false;
    }

    private (byte Forward, byte Backward) EffectsOf(in ConduitRow row) =>
        row.Effects < 0 ? default : (Effects[row.Effects].Forward.Kinds, Effects[row.Effects].Backward.Kinds);

    public static readonly MapRecord Empty = new LiveMap().Freeze();
}
