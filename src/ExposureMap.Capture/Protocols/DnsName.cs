namespace ExposureMap.Capture.Protocols;

/// <summary>Names in DNS messages, which may point back to where they stood before: RFC 1035 sections 3.1 and 4.1.4.</summary>
internal static class DnsName
{
    public const int MaximumOctets = 256;                        // section 2.3.4: 255 octets

    private const byte Pointer = 0xC0, FirstReserved = 0x40;     // the two highest bits of a length
    private const int PointerMask = 0x3F, MaximumJumps = 16;

    public static bool TrySkip(ReadOnlySpan<byte> message, ref int offset)
    {
        for (var begin = offset; offset < message.Length && offset - begin < MaximumOctets;)
        {
            var label = message[offset];
            if (label >= Pointer)
            {
                offset += 2;
                // pointers point back
                return offset <= message.Length && ((message[offset - 2] & PointerMask) << 8 | message[offset - 1]) < offset - 2;
            }

            if (label >= FirstReserved) return false;
            offset += 1 + label;
            if (label == 0) return true;
        }

        return false;
    }

    /// <summary>
    /// Writes the name with dots, without the root's; its length, or -1 when it is damaged. The offset moves behind the name where it stands.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> message, ref int offset, Span<byte> text)
    {
        var length = 0;
        var position = offset;
        for (var jumps = 0; (uint)position < (uint)message.Length;)
        {
            var label = message[position];
            if (label == 0)
            {
                if (jumps == 0) offset = position + 1;
                return length;
            }

            if (label >= Pointer)
            {
                if (position + 2 > message.Length) return -1;
                if (jumps == 0) offset = position + 2;
                if (++jumps > MaximumJumps) return -1;
                position = (label & PointerMask) << 8 | message[position + 1];
                continue;
            }

            if (label >= FirstReserved || position + 1 + label > message.Length || length + label + 1 > text.Length) return -1;
            if (length > 0) text[length++] = (byte)'.';
            message.Slice(position + 1, label).CopyTo(text[length..]);
            length += label;
            position += 1 + label;
        }

        return -1;
    }
}
