namespace ExposureMap.Graph.Map;

/// <summary>The links of a record by conduit row: as they were stored, or made of the rows as they are asked for.</summary>
public sealed class LinkTable(Rows<ConduitRow> conduits, Rows<EffectRow> effects, Rows<LinkRow>? stored)
{
    public int Count => conduits.Count;

    public LinkRow this[int row] => stored is not null ? stored[row] : LinkRow.Of(conduits[row], effects);
}
