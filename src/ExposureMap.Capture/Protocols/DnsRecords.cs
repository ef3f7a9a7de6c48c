using System.Buffers.Binary;

namespace ExposureMap.Capture.Protocols;

/// <summary>Walks the answer, authority and additional records of a DNS message, RFC 1035 section 4.1.3.</summary>
internal ref struct DnsRecords(ReadOnlySpan<byte> message)
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
        if (!DnsName.TrySkip(_message, ref _next) || _next + 10 > _message.Length) return false;
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
        _next = DnsMessage.Header;
        if (_message.Length < DnsMessage.Header) return;
        for (int left = BinaryPrimitives.ReadUInt16BigEndian(_message[DnsMessage.Questions..]); left > 0 && _next < _message.Length; left--)
        {
            if (!DnsName.TrySkip(_message, ref _next)) return;
            _next += 4;
        }

        for (var section = 0; section < 3; section++) _left += BinaryPrimitives.ReadUInt16BigEndian(_message[(DnsMessage.Answers + 2 * section)..]);
        _left = Math.Min(_left, DnsMessage.MaximumRecords);
    }
}
