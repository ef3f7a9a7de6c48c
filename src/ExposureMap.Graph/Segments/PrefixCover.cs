using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// A list of addresses as a network engineer would write it: prefixes that hold them and nobody else who was seen. What nobody was seen at may be
/// inside; so that this stays little, no prefix is wider than a usual subnet of machines that are numbered in a row.
/// </summary>
internal sealed class PrefixCover
{
    private const int WidestIPv4 = 24, WidestIPv6 = 112;
    private const int Nibble = 4;                                 // IPv6 is written, and delegated, by hexadecimal digits

    private readonly Address[] _everyone;
    private readonly HashSet<Prefix> _taken;
    private readonly List<Prefix> _cover = [];

    private PrefixCover(Address[] everyone, HashSet<Prefix> taken) => (_everyone, _taken) = (everyone, taken);

    /// <param name="members">Ascending, each once.</param>
    /// <param name="everyone">Ascending, each once; the members too.</param>
    /// <param name="taken">Prefixes that say something else already.</param>
    public static IReadOnlyList<Prefix> Of(ReadOnlySpan<Address> members, Address[] everyone, HashSet<Prefix> taken)
    {
        var cover = new PrefixCover(everyone, taken);
        var others = members.Length;
        while (others > 0 && members[others - 1].Family == AddressFamily.IPv6) others--;
        if (others > 0) cover.Add(members[..others]);
        if (others < members.Length) cover.Add(members[others..]);
        return cover._cover;
    }

    /// <summary>Of one family.</summary>
    private void Add(ReadOnlySpan<Address> members)
    {
        var (step, widest) = members[0].Family == AddressFamily.IPv4 ? (1, WidestIPv4) : (Nibble, WidestIPv6);
        var length = Prefix.Of(members[0], members[^1]).Length / step * step;
        var prefix = Prefix.Around(members[0], length);
        if (members.Length == 1 || length >= widest && !_taken.Contains(prefix) && CountIn(prefix) == members.Length)
        {
            _cover.Add(prefix);
            return;
        }

        while (!members.IsEmpty)
        {
            var part = Prefix.Around(members[0], length + step);
            var count = 1;
            while (count < members.Length && part.Contains(members[count])) count++;
            Add(members[..count]);
            members = members[count..];
        }
    }

    private int CountIn(Prefix prefix) => PlaceOf(prefix.Last, after: true) - PlaceOf(prefix.Network, after: false);

    private int PlaceOf(Address address, bool after)
    {
        var place = Array.BinarySearch(_everyone, address);
        return place < 0 ? ~place : after ? place + 1 : place;
    }
}
