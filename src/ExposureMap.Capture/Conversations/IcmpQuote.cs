using ExposureMap.Capture.Frames;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Attributes an ICMP error to the conversation it quotes: destination unreachable of RFC 792 and RFC 4443 section 3.1,
/// codes of RFC 1812 section 5.2.7.1.
/// </summary>
internal static class IcmpQuote
{
    private const int Header = 8;                                 // type, code, checksum, unused
    private const byte Unreachable4 = 3, Unreachable6 = 1;
    private const byte IcmpV6 = 58;
    private const ushort RawIp = 101;                             // LINKTYPE_RAW

    /// <returns>Whether its sender blocked what others said to each other.</returns>
    public static bool Apply(in Frame error, ReadOnlySpan<byte> octets, ConversationTable table)
    {
        var message = error.Payload(octets);
        if (message.Length < Header) return false;
        var verdict = VerdictOf(error.IpProtocol == IcmpV6, message[0], message[1]);
        if (verdict == IcmpVerdict.None) return false;

        Frame quoted = default;
        FrameDecoder.Decode(message[Header..], RawIp, ref quoted);
        if (quoted.Status != FrameStatus.Transport) return false;
        quoted.Scope = error.Scope;
        return table.Blame(quoted, verdict, error.SourceAddress);
    }

    private static IcmpVerdict VerdictOf(bool isV6, byte type, byte code) => (isV6, type, code) switch
    {
        (false, Unreachable4, 9 or 10 or 13) => IcmpVerdict.Prohibited,
        (false, Unreachable4, 3) => IcmpVerdict.PortUnreachable,
        (false, Unreachable4, _) => IcmpVerdict.Unreachable,
        (true, Unreachable6, 1 or 5 or 6) => IcmpVerdict.Prohibited,
        (true, Unreachable6, 4) => IcmpVerdict.PortUnreachable,
        (true, Unreachable6, _) => IcmpVerdict.Unreachable,
        _ => IcmpVerdict.None,
    };
}
