using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The message format that DNS, mDNS, LLMNR and the NetBIOS name service share: RFC 1035 section 4.1.</summary>
internal static class DnsMessage
{
    public const int Header = 12, Flags = 2, Questions = 4, Answers = 6;                     // section 4.1.1: identification, flags, four counts
    public const int MaximumRecords = 512;
    // RFC 1035 3.2.2, RFC 3596, RFC 2782, RFC 1002 4.2.1.3
    public const ushort A = 1, Cname = 5, Ptr = 12, Txt = 16, Aaaa = 28, Srv = 33, NetBios = 32, NetBiosStatus = 33;

    private const ushort Response = 0x8000;
    private const ushort CacheFlush = 0x8000;                    // RFC 6762 section 10.2; in a question: unicast wanted (section 5.4)
    private const ushort Internet = 1, Chaos = 3, Hesiod = 4, None = 254, Any = 255;

    public static bool IsResponse(ReadOnlySpan<byte> message) => (BinaryPrimitives.ReadUInt16BigEndian(message[Flags..]) & Response) != 0;

    /// <summary>Bits 1 to 4 of the second word.</summary>
    public static int Opcode(ReadOnlySpan<byte> message) => message[Flags] >> 3 & 0xF;

    /// <summary>Certain when every record fits and the message ends with the last of them; weak when it was cut.</summary>
    public static Verdict Fits(ReadOnlySpan<byte> message)
    {
        if (message.Length < Header || Opcode(message) is not (0 or 2 or 4 or 5 or 6)) return Verdict.None;
        if ((message[3] & 0x40) != 0) return Verdict.None;       // bit Z
        Span<int> counts = stackalloc int[4];
        var records = 0;
        for (var index = 0; index < counts.Length; index++)
            records += counts[index] = BinaryPrimitives.ReadUInt16BigEndian(message[(Questions + 2 * index)..]);
        if (records is 0 or > MaximumRecords || counts[0] > 64 || !IsResponse(message) && counts[0] + counts[1] + counts[2] == 0) return Verdict.None;

        var offset = Header;
        for (var record = 0; record < records; record++)
        {
            if (offset == message.Length) return record > 0 ? Verdict.Weak : Verdict.None;
            switch (SkipRecord(message, ref offset, isQuestion: record < counts[0]))
            {
                case null: return Verdict.Weak;                  // cut short
                case false: return Verdict.None;
            }
        }

        return offset == message.Length ? Verdict.Certain : Verdict.Weak;
    }

    /// <summary>False when it is none, null when it is cut short.</summary>
    private static bool? SkipRecord(ReadOnlySpan<byte> message, ref int offset, bool isQuestion)
    {
        var begin = offset;
        if (!DnsName.TrySkip(message, ref offset)) return offset >= message.Length && offset > begin + 1 ? null : false;
        if (offset + 4 > message.Length) return null;
        var type = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        var recordClass = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]) & ~CacheFlush;
        offset += 4;
        const ushort Option = 41;                                // RFC 6891: its class is a size
        if (type == 0 || type != Option && recordClass is not (Internet or Chaos or Hesiod or None or Any)) return false;
        if (isQuestion) return true;
        if (offset + 6 > message.Length) return null;
        offset += 6 + BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 4)..]);
        return offset <= message.Length ? true : null;
    }

    /// <summary>Notes the names of all addresses that A and AAAA records give, each by the alias that leads to it.</summary>
    public static void NoteAddresses(ReadOnlySpan<byte> message, Certainty certainty, Notes notes)
    {
        Span<byte> name = stackalloc byte[DnsName.MaximumOctets];
        var records = new DnsRecords(message);
        while (records.Read())
        {
            var subject = records switch
            {
                { Type: A, Data.Length: 4 } => Address.IPv4(records.Data),
                { Type: Aaaa, Data.Length: 16 } => Address.IPv6(records.Data),
                _ => Address.None,
            };
            if (subject == Address.None || subject.IsUnspecified || subject.IsGroup || subject.IsLoopback) continue;
            var offset = QuestionName(message, records.NameOffset);
            var length = DnsName.Read(message, ref offset, name);
            if (length > 0) notes.Fact(subject, FactKind.Name, name[..length], subject == notes.Sender.Address ? Certainty.Own : certainty);
        }
    }

    /// <summary>Answers to an alias carry the alias' target; what was asked for is the name people use. RFC 1034 section 3.6.2.</summary>
    private static int QuestionName(ReadOnlySpan<byte> message, int recordName)
    {
        const int MaximumChain = 8;
        Span<byte> target = stackalloc byte[DnsName.MaximumOctets];
        Span<byte> alias = stackalloc byte[DnsName.MaximumOctets];
        for (var step = 0; step < MaximumChain; step++)
        {
            var offset = recordName;
            var targetLength = DnsName.Read(message, ref offset, target);
            if (targetLength <= 0) return recordName;
            var found = -1;
            var records = new DnsRecords(message);
            while (found < 0 && records.Read())
            {
                if (records.Type != Cname) continue;
                offset = records.DataOffset;
                var aliasLength = DnsName.Read(message, ref offset, alias);
                if (aliasLength > 0 && System.Text.Ascii.EqualsIgnoreCase(alias[..aliasLength], target[..targetLength])) found = records.NameOffset;
            }

            if (found < 0) return recordName;
            recordName = found;
        }

        return recordName;
    }
}
