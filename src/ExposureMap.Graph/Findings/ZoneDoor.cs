namespace ExposureMap.Graph.Findings;

/// <summary>Where a zone is entered: the edges that lead into it from one asset outside, or straight from hosts of one IT segment.</summary>
/// <param name="Who">The asset, or the first of the hosts.</param>
/// <param name="Key">What it is called in the id of a finding: the asset's address or the segment's name.</param>
/// <param name="Edges">Ascending.</param>
/// <param name="Cost">Of the easiest way in.</param>
internal sealed record ZoneDoor(int Who, string Key, List<int> Edges, int Cost);

/// <summary>Doors that are told as one: mostly a single one, else those of a segment of which too many assets lead in for each to be told.</summary>
/// <param name="Doors">The easiest first.</param>
internal sealed record ZoneGate(string Key, List<ZoneDoor> Doors)
{
    public int Cost => Doors[0].Cost;
}
