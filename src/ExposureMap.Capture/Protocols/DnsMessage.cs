using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The message format that DNS, mDNS, LLMNR and the NetBIOS name service share: RFC 1035 section 4.1.</summary>
internal static class DnsMessage
{
    public const int Header = 12;
    public const int MaximumName = 256;                          // RFC 1035 section 2.3.4: 255 octets
    public const ushort A = 1, Cname = 5, Ptr = 12, Txt = 16, Aaaa = 28, Srv = 33, NetBios = 32, NetBiosStatus = 33;
    public const int Flags = 2;
    private const int Questions = 4, Answers = 6;
    private const ushort Response = 0x8000;
    private const int MaximumRecords = 512;
    private const int MaximumJumps = 16;
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
        for (var index = 0; index < counts.Length; index++) records += counts[index] = BinaryPrimitives.ReadUInt16BigEndian(message[(Questions + 2 * index)..]);
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
        if (!SkipName(message, ref offset)) return offset >= message.Length && offset > begin + 1 ? null : false;
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

    private static bool SkipName(ReadOnlySpan<byte> message, ref int offset)
    {
        for (var begin = offset; offset < message.Length && offset - begin < MaximumName;)
        {
            var label = message[offset];
            if (label >= 0xC0)
            {
                offset += 2;
                return offset <= message.Length && ((message[offset - 2] & 0x3F) << 8 | message[offset - 1]) < offset - 2;   // pointers point back
            }

            if (label >= 0x40) return false;
            offset += 1 + label;
            if (label == 0) return true;
        }

        return false;
    }

    /// <summary>Writes the name with dots, without the root's; its length, or -1 when it is damaged. The offset moves behind the name where it stands.</summary>
    public static int ReadName(ReadOnlySpan<byte> message, ref int offset, Span<byte> text)
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

            if (label >= 0xC0)
            {
                if (position + 2 > message.Length) return -1;
                if (jumps == 0) offset = position + 2;
                if (++jumps > MaximumJumps) return -1;
                position = (label & 0x3F) << 8 | message[position + 1];
                continue;
            }

            if (label >= 0x40 || position + 1 + label > message.Length || length + label + 1 > text.Length) return -1;
            if (length > 0) text[length++] = (byte)'.';
            message.Slice(position + 1, label).CopyTo(text[length..]);
            length += label;
            position += 1 + label;
        }

        return -1;
    }

    public static RecordReader Records(ReadOnlySpan<byte> message) => new(message);

    /// <summary>Walks the answer, authority and additional records of a message.</summary>
    public ref struct RecordReader(ReadOnlySpan<byte> message)
    {
        private readonly ReadOnlySpan<byte> _message = message;
        private int _next = -1;
        private int _left;

        public ushort Type { get; private set; }

        /// <summary>Where the record's name and its data begin, for names that are compressed.</summary>
        public int NameOffset { get; private set; }

        public int DataOffset { get; private set; }

        public ReadOnlySpan<byte> Data { get; private set; }

        public bool Read()
        {
            if (_next < 0) SkipQuestions();
            if (_left-- <= 0) return false;
            NameOffset = _next;
            if (!SkipName(_message, ref _next) || _next + 10 > _message.Length) return false;
            Type = BinaryPrimitives.ReadUInt16BigEndian(_message[_next..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(_message[(_next + 8)..]);
            DataOffset = _next + 10;
            if (DataOffset + length > _message.Length) return false;
            Data = _message.Slice(DataOffset, length);
            _next = DataOffset + length;
            return true;
        }

        private void SkipQuestions()
        {
            _next = Header;
            if (_message.Length < Header) return;
            for (int left = BinaryPrimitives.ReadUInt16BigEndian(_message[Questions..]); left > 0 && _next < _message.Length; left--)
            {
                if (!SkipName(_message, ref _next)) return;
                _next += 4;
            }

            for (var section = 0; section < 3; section++) _left += BinaryPrimitives.ReadUInt16BigEndian(_message[(Answers + 2 * section)..]);
            _left = Math.Min(_left, MaximumRecords);
        }
    }

    /// <summary>Notes the names of all addresses that A and AAAA records give, each by the alias that leads to it.</summary>
    public static void NoteAddresses(ReadOnlySpan<byte> message, Certainty certainty, Notes notes)
    {
        Span<byte> name = stackalloc byte[MaximumName];
        var records = Records(message);
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
            var length = ReadName(message, ref offset, name);
            if (length > 0) notes.Fact(subject, FactKind.Name, name[..length], subject == notes.Sender.Address ? Certainty.Own : certainty);
        }
    }

    /// <summary>Answers to an alias carry the alias' target; what was asked for is the name people use. RFC 1034 section 3.6.2.</summary>
    private static int QuestionName(ReadOnlySpan<byte> message, int recordName)
    {
        const int MaximumChain = 8;
        Span<byte> target = stackalloc byte[MaximumName];
        Span<byte> alias = stackalloc byte[MaximumName];
        for (var step = 0; step < MaximumChain; step++)
        {
            var offset = recordName;
            var targetLength = ReadName(message, ref offset, target);
            if (targetLength <= 0) return recordName;
            var found = -1;
            var records = Records(message);
            while (found < 0 && records.Read())
            {
                if (records.Type != Cname) continue;
                offset = records.DataOffset;
                var aliasLength = ReadName(message, ref offset, alias);
                if (aliasLength > 0 && System.Text.Ascii.EqualsIgnoreCase(alias[..aliasLength], target[..targetLength])) found = records.NameOffset;
            }

            if (found < 0) return recordName;
            recordName = found;
        }

        return recordName;
    }
}
