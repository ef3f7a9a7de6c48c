using System.Buffers.Binary;

namespace ExposureMap.Bench.Recognition;

/// <summary>How a random payload is made: pure noise, and noise that looks more like a message than noise does.</summary>
internal enum PayloadKind : byte
{
    Noise,

    /// <summary>Four of five octets are zero.</summary>
    Zeros,

    /// <summary>Most octets are below 16, as in headers.</summary>
    Small,

    /// <summary>Printable characters and line ends.</summary>
    Text,

    /// <summary>One to three fields that hold the true length of the rest, in either octet order, one to four octets wide.</summary>
    Lengths,

    /// <summary>Zeros and small values with a true length field.</summary>
    Header,

    /// <summary>Nested tag, length, value with true lengths (the basic encoding rules).</summary>
    Nested,

    /// <summary>A short pattern over and over.</summary>
    Pattern,
}

/// <summary>
/// Makes payloads that no protocol sent. Deterministic by seed; short lengths are as frequent as long ones, since short ones are the easiest to
/// mistake.
/// </summary>
internal sealed class RandomPayload(int seed)
{
    public const int LongestOctets = 1460;                       // a TCP segment's payload on Ethernet

    public static readonly PayloadKind[] Kinds = Enum.GetValues<PayloadKind>();

    private static ReadOnlySpan<int> Limits => [8, 16, 32, 64, 256, LongestOctets];

    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[LongestOctets];

    /// <summary>The next payload, valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(PayloadKind kind)
    {
        var payload = _buffer.AsSpan(0, _random.Next(1, Limits[_random.Next(Limits.Length)] + 1));
        _random.NextBytes(payload);
        switch (kind)
        {
            case PayloadKind.Zeros:
                foreach (ref var octet in payload) if (_random.Next(5) != 0) octet = 0;
                break;
            case PayloadKind.Small:
                foreach (ref var octet in payload) if (_random.Next(4) != 0) octet &= 15;
                break;
            case PayloadKind.Text:
                foreach (ref var octet in payload) octet = _random.Next(16) == 0 ? "\r\n \t/:=\""u8[octet & 7] : (byte)(32 + octet % 95);
                break;
            case PayloadKind.Lengths:
                for (var fields = _random.Next(1, 4); fields > 0; fields--) PutLength(payload);
                break;
            case PayloadKind.Header:
                foreach (ref var octet in payload) octet = _random.Next(3) == 0 ? (byte)(octet & 15) : (byte)0;
                PutLength(payload);
                break;
            case PayloadKind.Nested:
                Nest(payload);
                break;
            case PayloadKind.Pattern:
                for (int index = _random.Next(1, 9), period = index; index < payload.Length; index++) payload[index] = payload[index - period];
                break;
            default:
                break;
        }

        return payload;
    }

    /// <summary>Somewhere in the first octets: how many octets follow, perhaps with a few before the field counted too.</summary>
    private void PutLength(Span<byte> payload)
    {
        var width = _random.Next(3) switch { 0 => 1, 1 => 2, _ => 4 };
        var at = _random.Next(0, 17);
        if (at + width > payload.Length) return;
        var counted = _random.Next(2) == 0 ? payload.Length - at - width : payload.Length - _random.Next(0, Math.Min(payload.Length, 25));
        var field = payload.Slice(at, width);
        if (width == 1) field[0] = (byte)counted;
        else if (width == 2 && _random.Next(2) == 0) BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)counted);
        else if (width == 2) BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)counted);
        else if (_random.Next(2) == 0) BinaryPrimitives.WriteInt32BigEndian(field, counted);
        else BinaryPrimitives.WriteInt32LittleEndian(field, counted);
    }

    /// <summary>ITU-T X.690: constructed values that fill the payload, each holding the next.</summary>
    private void Nest(Span<byte> payload)
    {
        ReadOnlySpan<byte> constructed = [0x30, 0x31, 0x60, 0x61, 0xA0, 0xA1, 0xA2, 0x28];
        for (var depth = _random.Next(1, 8); depth > 0 && payload.Length > 4; depth--)
        {
            payload[0] = constructed[_random.Next(constructed.Length)];
            var rest = payload.Length - 2;
            if (rest > byte.MaxValue)
            {
                (payload[1], payload[2], payload[3]) = (0x82, (byte)(rest - 2 >> 8), (byte)(rest - 2));
                payload = payload[4..];
            }
            else if (rest > 0x7F)
            {
                (payload[1], payload[2]) = (0x81, (byte)(rest - 1));
                payload = payload[3..];
            }
            else
            {
                payload[1] = (byte)rest;
                payload = payload[2..];
            }

            while (payload.Length > 8 && _random.Next(2) == 0)     // a few primitive values before the one that nests on
            {
                payload[0] = _random.Next(2) == 0 ? (byte)2 : (byte)(0x80 | _random.Next(16));
                payload[1] = (byte)_random.Next(1, 5);
                payload = payload[(2 + payload[1])..];
            }
        }
    }
}
