namespace ExposureMap.Capture.Protocols;

/// <summary>One tag of BACnet's encoding with its content (ANSI/ASHRAE 135-2020, clause 20.2.1).</summary>
internal readonly ref struct BacnetTag
{
    private const int ExtendedNumber = 15, ContextClass = 0x08, LengthMask = 7, Opening = 6, Closing = 7, ExtendedLength = 5,
        TwoOctets = 254, FourOctets = 255;
    private const int Boolean = 1;                               // an application tag whose length is its value, 20.2.3

    private readonly int _number;
    private readonly bool _isContext;

    private BacnetTag(int number, bool isContext, int kind, ReadOnlySpan<byte> content)
    {
        (_number, _isContext, Opens, Closes) = (number, isContext, isContext && kind == Opening, isContext && kind == Closing);
        Content = content;
    }

    public bool Opens { get; }

    public bool Closes { get; }

    public ReadOnlySpan<byte> Content { get; }

    public bool IsContext(int number) => _isContext && _number == number;

    /// <summary>Takes the next tag; false at the end, or when it says more than there is.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> data, out BacnetTag tag)
    {
        tag = default;
        var reader = new Cursor(data);
        int head = reader.U8(), number = head >> 4, kind = head & LengthMask;
        var isContext = (head & ContextClass) != 0;
        if (number == ExtendedNumber) number = reader.U8();
        long length = kind;
        if (isContext && kind is (Opening or Closing) || !isContext && number == Boolean) length = 0;
        else if (kind == ExtendedLength)
        {
            length = reader.U8();
            if (length == TwoOctets) length = reader.U16();
            else if (length == FourOctets) length = reader.U32();
        }

        var content = reader.Take(length);
        if (!reader.Ok) return false;
        tag = new(number, isContext, kind, content);
        data = reader.Rest;
        return true;
    }
}
