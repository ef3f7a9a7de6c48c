using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ExposureMap.Capture.Frames;

/// <summary>What a packet is wrapped in: one kind of tag or tunnel.</summary>
public enum Wrapping : byte { None, Vlan, Pppoe, Mpls, IpInIp, Gre, Erspan, Vxlan, Geneve, Gtp, L2tp, Teredo, Nsh, Pbb, FabricPath, VnTag, Capwap }

/// <summary>
/// The stack of tags and tunnels around a packet, outermost first. Conversations in different scopes are different conversations.
/// Identifiers that differ per direction (MPLS labels, GTP tunnel ids) are not part of it.
/// </summary>
public struct Scope : IEquatable<Scope>
{
    /// <summary>Deeper wrappings are folded into the last place.</summary>
    public const int Depth = 6;

    [InlineArray(Depth)]
    private struct Places
    {
        private ulong _first;
    }

    private Places _places;
    private int _count;

    public readonly bool IsEmpty => _count == 0;

    public void Add(Wrapping kind, uint identifier = 0)
    {
        var place = (ulong)kind << 32 | identifier;
        if (_count < Depth) _places[_count++] = place;
        else _places[Depth - 1] = _places[Depth - 1] * 31 + place;
    }

    /// <summary>The outermost and the second VLAN id, -1 for none.</summary>
    public readonly (int Outer, int Inner) Vlans
    {
        get
        {
            var (outer, inner) = (-1, -1);
            foreach (var place in Filled())
            {
                if ((Wrapping)(place >> 32) != Wrapping.Vlan) continue;
                if (outer < 0) outer = (int)(uint)place;
                else if (inner < 0) inner = (int)(uint)place;
            }

            return (outer, inner);
        }
    }

    /// <summary>The tunnels as text, outermost first, <c>gre/vxlan 42</c>; empty without tunnels.</summary>
    public readonly string Tunnel
    {
        get
        {
            var text = new StringBuilder();
            foreach (var place in Filled())
            {
                var kind = (Wrapping)(place >> 32);
                if (kind == Wrapping.Vlan) continue;
                if (text.Length > 0) text.Append('/');
                text.Append(Word(kind));
                if ((uint)place != 0) text.Append(CultureInfo.InvariantCulture, $" {(uint)place}");
            }

            return text.ToString();
        }
    }

    /// <summary>
    /// The virtual network whose addresses are its own (<c>vxlan 42</c>), empty where addresses are the site's. A mirror's tunnel (ERSPAN) is none.
    /// </summary>
    public readonly string Overlay
    {
        get
        {
            var overlay = "";
            foreach (var place in Filled())
            {
                if ((Wrapping)(place >> 32) is Wrapping.Vxlan or Wrapping.Geneve && (uint)place != 0)
                    overlay = string.Create(CultureInfo.InvariantCulture, $"{Word((Wrapping)(place >> 32))} {(uint)place}");
            }

            return overlay;
        }
    }

    public static bool operator ==(in Scope left, in Scope right) => left.Equals(right);

    public static bool operator !=(in Scope left, in Scope right) => !left.Equals(right);

    public readonly bool Equals(Scope other) => _count == other._count && Filled().SequenceEqual(other.Filled());

    public override readonly bool Equals(object? obj) => obj is Scope other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var place in Filled()) hash.Add(place);
        return hash.ToHashCode();
    }

    [UnscopedRef]
    private readonly ReadOnlySpan<ulong> Filled() => ((ReadOnlySpan<ulong>)_places)[.._count];

    private static string Word(Wrapping kind) => kind switch
    {
        Wrapping.IpInIp => "ipip",
        Wrapping.FabricPath => "fabricpath",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
