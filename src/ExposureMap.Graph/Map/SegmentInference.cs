using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>Segments for a site that declared none, each with its witnesses.</summary>
public static class SegmentInference
{
    public static SegmentTable Infer(MapRecord record) => SegmentTable.Empty;
}
