using System.Collections;

namespace ExposureMap.Graph.Map;

/// <summary>
/// The assets of a snapshot by number: machines first, then the devices behind them. Which there are is known at once; what is known of one is put
/// together when it is first asked for, since most questions at a million assets look at a few.
/// </summary>
public sealed class AssetTable : IReadOnlyList<Asset>
{
    private readonly AssetBuilder _builder;
    private readonly Asset?[] _made;
    private readonly Asset[] _more;

    internal AssetTable(AssetBuilder builder)
        : this(builder, new Asset?[builder.Machines + builder.Devices], [])
    {
    }

    private AssetTable(AssetBuilder builder, Asset?[] made, Asset[] more) => (_builder, _made, _more) = (builder, made, more);

    public int Length => _made.Length + _more.Length;

    int IReadOnlyCollection<Asset>.Count => Length;

    /// <summary>Asked by several threads at once, all get the same one.</summary>
    public Asset this[int id] =>
        id >= _made.Length
            ? _more[id - _made.Length]
            : _made[id] ?? Interlocked.CompareExchange(ref _made[id], _builder.Make(id), null) ?? _made[id]!;

    /// <summary>Those without an address of their own.</summary>
    public IEnumerable<Asset> Devices => Enumerable.Range(_builder.Machines, _builder.Devices).Select(id => this[id]);

    /// <summary>Has it no address of its own? Told without putting the asset together.</summary>
    internal bool IsDevice(int id) => id >= _builder.Machines && id < _made.Length;

    /// <summary>Does it stand for others? Told without putting it together.</summary>
    internal bool IsStandIn(int id) => id >= _made.Length && this[id].IsStandIn;

    /// <summary>The same assets, and others that go on where they end.</summary>
    internal AssetTable And(params IEnumerable<Asset> more) => new(_builder, _made, [.. _more, .. more]);

    public IEnumerator<Asset> GetEnumerator()
    {
        for (var id = 0; id < Length; id++) yield return this[id];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
