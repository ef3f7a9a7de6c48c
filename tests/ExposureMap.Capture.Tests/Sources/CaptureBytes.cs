using System.Buffers.Binary;

namespace ExposureMap.Capture.Tests.Sources;

/// <summary>Builds capture files octet by octet, apart from the code that reads them, and remembers where each record ends.</summary>
internal sealed class CaptureBytes(bool bigEndian = false)
{
    private readonly List<byte> _octets = [];

    /// <summary>Position after each packet record.</summary>
    public List<int> FrameEnds { get; } = [];

    /// <summary>Position after the file header and after each record or block, where a file may end without loss.</summary>
    public List<int> Boundaries { get; } = [];

    public byte[] ToArray() => [.. _octets];

    public static byte[] Octets(int length, byte first = 0) => [.. Enumerable.Range(first, length).Select(value => (byte)value)];

    /// <summary>A pcap file of 64-octet frames a second apart; the same octets each time.</summary>
    public static byte[] ManyFrames(int count)
    {
        var file = new CaptureBytes().PcapHeader();
        var random = new Random(1);
        var octets = new byte[64];
        for (var number = 0; number < count; number++)
        {
            random.NextBytes(octets);
            file.PcapFrame((uint)number, 0, octets);
        }

        return file.ToArray();
    }

    public CaptureBytes PcapHeader(uint magic = 0xA1B2C3D4, uint linkType = 1, ushort minor = 4) =>
        Word(magic).Half(2).Half(minor).Word(0).Word(0).Word(65535).Word(linkType).Boundary();

    public CaptureBytes PcapFrame(uint seconds, uint fraction, byte[] octets, uint? original = null, bool modified = false)
    {
        Word(seconds).Word(fraction).Word((uint)octets.Length).Word(original ?? (uint)octets.Length);
        if (modified) Word(7).Half(8).Half(0);
        return Append(octets).Frame();
    }

    public CaptureBytes Section(ushort major = 1) =>
        Block(0x0A0D0D0A, body => body.Word(0x1A2B3C4D).Half(major).Half(0).Word(uint.MaxValue).Word(uint.MaxValue));

    public CaptureBytes Interface(ushort linkType, byte? resolution = null, long? offset = null, uint snapLength = 0) => Block(1, body =>
    {
        body.Half(linkType).Half(0).Word(snapLength);
        body.Half(2).Half(5).Append("eth0x"u8.ToArray()).Append(new byte[3]);               // if_name, padded
        if (resolution is { } value) body.Half(9).Half(1).Append([value, 0, 0, 0]);
        if (offset is { } seconds) body.Half(14).Half(8).Wide((ulong)seconds);
        body.Half(0).Half(0);
    });

    public CaptureBytes Enhanced(uint index, ulong ticks, byte[] octets, uint? captured = null) => Block(6, body =>
        body.Word(index).Word((uint)(ticks >> 32)).Word((uint)ticks).Word(captured ?? (uint)octets.Length).Word((uint)octets.Length).Padded(octets))
        .Frame();

    public CaptureBytes Simple(byte[] octets, uint original) => Block(3, body => body.Word(original).Padded(octets)).Frame();

    public CaptureBytes Obsolete(ushort index, ulong ticks, byte[] octets) => Block(2, body =>
        body.Half(index).Half(3).Word((uint)(ticks >> 32)).Word((uint)ticks).Word((uint)octets.Length).Word((uint)octets.Length).Padded(octets))
        .Frame();

    public CaptureBytes Block(uint type, Action<CaptureBytes> write, uint? claimed = null)
    {
        var body = new CaptureBytes(bigEndian);
        write(body);
        var octets = body.ToArray();
        var length = claimed ?? (uint)octets.Length + 12;
        return Word(type).Word(length).Append(octets).Word(length).Boundary();
    }

    public CaptureBytes SnoopHeader(uint dataLink = 4) => Append("snoop\0\0\0"u8.ToArray()).Word(2).Word(dataLink).Boundary();

    public CaptureBytes SnoopFrame(uint seconds, uint microseconds, byte[] octets, uint padding) =>
        Word((uint)octets.Length).Word((uint)octets.Length).Word((uint)octets.Length + 24 + padding).Word(0).Word(seconds).Word(microseconds)
            .Append(octets).Append(new byte[padding]).Frame();

    public CaptureBytes Word(uint value)
    {
        var octets = new byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        return Append(octets);
    }

    public CaptureBytes Half(ushort value)
    {
        var octets = new byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(octets, value);
        return Append(octets);
    }

    public CaptureBytes Wide(ulong value)
    {
        var octets = new byte[8];
        if (bigEndian) BinaryPrimitives.WriteUInt64BigEndian(octets, value);
        else BinaryPrimitives.WriteUInt64LittleEndian(octets, value);
        return Append(octets);
    }

    public CaptureBytes Append(byte[] octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    private CaptureBytes Padded(byte[] octets) => Append(octets).Append(new byte[-octets.Length & 3]);

    private CaptureBytes Frame()
    {
        FrameEnds.Add(_octets.Count);
        return Boundary();
    }

    private CaptureBytes Boundary()
    {
        Boundaries.Add(_octets.Count);
        return this;
    }
}
