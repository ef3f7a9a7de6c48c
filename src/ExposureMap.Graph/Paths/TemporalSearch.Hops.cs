using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>The ways that a search found. They share their beginnings, and what was read of a vertex is kept.</summary>
internal sealed partial class TemporalSearch
{
    private readonly Dictionary<int, ContactHop> _into = [];      // by vertex

    /// <summary>The hops from a start to the vertex (or from the vertex to a start), in the direction of time.</summary>
    public ImmutableArray<ContactHop> HopsTo(int vertex)
    {
        var hops = ImmutableArray.CreateBuilder<ContactHop>();
        while (_labels[vertex].Edge != NoEdge)
        {
            hops.Add(HopInto(vertex));
            vertex = IsForward ? hops[^1].Edge.Source : hops[^1].Edge.Target;
        }

        if (IsForward) hops.Reverse();
        return hops.DrainToImmutable();
    }

    /// <summary>The edge over which a vertex was reached; -1 for a start.</summary>
    public int EdgeInto(int vertex)
    {
        if (_labels[vertex].Edge != EdgeOfContact) return _labels[vertex].Edge;
        var (block, index) = _log.PlaceOf(_labels[vertex].How);
        return _graph.EdgeOf((int)(_log.Blocks[block].EdgeOf(index) >> 1));
    }

    /// <summary>The last of them (backward: the first). Only of a vertex that was reached, and is no start.</summary>
    public ContactHop HopInto(int vertex)
    {
        if (!_into.TryGetValue(vertex, out var hop)) _into.Add(vertex, hop = ReadHopInto(vertex));
        return hop;
    }

    private ContactHop ReadHopInto(int vertex)
    {
        var (edge, how) = (_graph.Edge(EdgeInto(vertex)), _labels[vertex].How);
        var at = TimeOf(IsForward ? edge.Source : vertex);    // at the hop's source, as early or as late as can be
        if (how == Timeless) return new(edge, at, at, default, HopBasis.Timeless);

        var (index, form) = Math.DivRem(FirstBound - how, BoundForms);
        var bound = how < 0 ? _log.Bounds[index] : default;
        var contact = how >= 0 ? _log.At(how) : form == LastForm ? bound.Last : bound.First;
        if (how < 0 && form == IntervalForm)
            return new(edge, Timestamp.Later(at, contact.Start), Timestamp.Later(at, bound.EarliestArrival), contact, HopBasis.Bound);

        return new(edge, contact.Start, Timestamp.Later(at, contact.Arrival), contact, at <= contact.Start ? HopBasis.Contact : HopBasis.OpenSession);
    }
}
