using System.Collections;
using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// What is known of addresses at one moment: rows of <see cref="FactRow"/>, each pointing to the one before of the same address, and an index by
/// address that is made when first asked for. Facts are made of rows as they are read; a million of them lie in 64 octets each.
/// </summary>
public sealed class FactTable(Rows<FactRow> rows, ImmutableList<string> texts) : IEnumerable<KeyValuePair<Address, ImmutableArray<AssetFact>>>
{
    private readonly Lazy<string[]> _texts = new(() => [.. texts]);
    private readonly Lazy<int[]> _heads = new(() => Index(rows));

    public Rows<FactRow> Rows => rows;

    /// <summary>Addresses that anything is known of.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            for (var row = 0; row < rows.Count; row++) count += rows[row].Before == FactRow.None ? 1 : 0;
            return count;
        }
    }

    /// <summary>Oldest first; empty when nothing is known.</summary>
    public ImmutableArray<AssetFact> this[Address address] => FactsFrom(Find(address));

    /// <summary>All facts of some kinds, oldest first: one pass that looks up nothing.</summary>
    public IEnumerable<AssetFact> OfKind(params FactKind[] kinds)
    {
        for (var row = 0; row < rows.Count; row++)
            if (kinds.Contains(rows[row].Kind)) yield return FactOf(rows[row]);
    }

    /// <summary>All that are so, oldest first; no others are put together.</summary>
    public IEnumerable<AssetFact> Where(Func<FactRow, bool> isIt)
    {
        for (var row = 0; row < rows.Count; row++)
            if (isIt(rows[row])) yield return FactOf(rows[row]);
    }

    /// <summary>The row of what was last learnt of an address, <see cref="FactRow.None"/> where nothing is known.</summary>
    internal int LastOf(Address address) => Find(address);

    /// <summary>All of one address, oldest first.</summary>
    /// <param name="last">The row of the last.</param>
    internal ImmutableArray<AssetFact> From(int last) => FactsFrom(last);

    internal AssetFact At(int row) => FactOf(rows[row]);

    internal string Text(int number) => _texts.Value[number];

    /// <summary>In the order of what was last learnt.</summary>
    public IEnumerator<KeyValuePair<Address, ImmutableArray<AssetFact>>> GetEnumerator()
    {
        for (var row = 0; row < rows.Count; row++)
            if (Find(rows[row].Address) == row) yield return new(rows[row].Address, FactsFrom(row));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Find(Address address)
    {
        var heads = _heads.Value;
        for (var place = Place(address, heads.Length); heads[place] != 0; place = (place + 1) & (heads.Length - 1))
            if (rows[heads[place] - 1].Address == address) return heads[place] - 1;
        return FactRow.None;
    }

    /// <summary>
    /// Open addressing; the last row of each address plus one, 0 where there is none. D. E. Knuth, TAOCP vol. 3, section 6.4, algorithm L.
    /// </summary>
    private static int[] Index(Rows<FactRow> rows)
    {
        var heads = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows.Count * 2 + 1)];
        for (var row = 0; row < rows.Count; row++)
        {
            var place = Place(rows[row].Address, heads.Length);
            while (heads[place] != 0 && rows[heads[place] - 1].Address != rows[row].Address) place = (place + 1) & (heads.Length - 1);
            heads[place] = row + 1;
        }

        return heads;
    }

    private static int Place(Address address, int places) =>
        (int)(SeededHash.Of(address.Number.High, address.Number.Low, (ulong)address.Family) & (ulong)(places - 1));

    private ImmutableArray<AssetFact> FactsFrom(int last)
    {
        if (last < 0) return [];
        var count = 0;
        for (var row = last; row >= 0; row = rows[row].Before) count++;
        var facts = new AssetFact[count];
        for (var row = last; row >= 0; row = rows[row].Before) facts[--count] = FactOf(rows[row]);
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(facts);
    }

    private AssetFact FactOf(in FactRow row) => row.ToFact(Text(row.Value), Text(row.Source), Text(row.Capture));
}
