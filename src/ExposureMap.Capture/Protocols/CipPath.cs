using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>The object a CIP request is for. CIP Networks Library volume 1, appendix C-1: padded paths.</summary>
internal ref struct CipPath
{
    private const int PathOffset = 2;                            // service, words of the path
    private const byte ExtendedSymbol = 0x91;

    public int Class { get; private set; }

    public int Instance { get; private set; }

    public ReadOnlySpan<byte> Tag { get; private set; }

    /// <summary>Reads the path of a request and gives the data behind it.</summary>
    /// <param name="connectionClass">What the connection leads to, for requests that name no object.</param>
    public static ReadOnlySpan<byte> Parse(ReadOnlySpan<byte> request, out CipPath path, int connectionClass = -1)
    {
        path = new() { Class = -1, Instance = -1 };
        if (request.Length < PathOffset) return [];
        var end = Math.Min(request.Length, PathOffset + 2 * request[1]);
        path.Walk(request[PathOffset..end]);
        if (path.Class == -1 && path.Tag.IsEmpty) path.Class = connectionClass;
        return request[end..];
    }

    /// <summary>
    /// The class at the end of a connection path, behind the ports on the way and the electronic key (C-1.4.1, C-1.4.5); -1 when it names none.
    /// </summary>
    public static int ClassOfConnection(ReadOnlySpan<byte> segments)
    {
        const byte ElectronicKey = 0x34, LongLink = 0x10, ExtendedPort = 0x0F;
        const int KeyOctets = 10, MaximumPortSegment = 0x1F;
        while (segments.Length >= 2 && (segments[0] == ElectronicKey || segments[0] is > 0 and <= MaximumPortSegment))
        {
            var octets = segments[0] == ElectronicKey ? KeyOctets : 2;
            if (segments[0] != ElectronicKey && (segments[0] & LongLink) != 0) octets += segments[1] + (segments[1] & 1);
            if (segments[0] != ElectronicKey && (segments[0] & ExtendedPort) == ExtendedPort) octets += 2;
            segments = segments[Math.Min(octets, segments.Length)..];
        }

        var path = new CipPath { Class = -1 };
        path.Walk(segments);
        return path.Class;
    }

    private void Walk(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= 2)
        {
            int octets = rest[0] switch
            {
                0x20 or 0x24 or 0x28 or 0x2C or 0x30 => 2,       // logical segment, 8 bits
                0x21 or 0x25 or 0x29 or 0x2D or 0x31 => 4,
                0x22 or 0x26 or 0x2A or 0x2E => 6,
                ExtendedSymbol => 2 + rest[1] + (rest[1] & 1),
                _ => int.MaxValue,
            };
            if (octets > rest.Length) break;
            var value = octets switch { 2 => rest[1], 4 => ReadUInt16LittleEndian(rest[2..]), _ => -1 };
            if (rest[0] is 0x20 or 0x21) Class = value;
            if (rest[0] is 0x24 or 0x25) Instance = value;
            if (rest[0] == ExtendedSymbol && Tag.IsEmpty) Tag = Printable.Run(rest.Slice(2, rest[1]));
            rest = rest[octets..];
        }
    }
}
