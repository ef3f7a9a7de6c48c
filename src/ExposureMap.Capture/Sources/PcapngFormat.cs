using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// pcapng: draft-ietf-opsawg-pcapng. Sections of either byte order one after another, each with its own interfaces; enhanced, simple and
/// obsolete packet blocks; all other blocks are passed over, and those that tshark numbers like packets take a number here too.
/// </summary>
internal sealed class PcapngFormat : CaptureFormat
{
    private const uint SectionHeader = 0x0A0D0D0A;             // section 4.1; reads the same in both byte orders
    private const uint InterfaceDescription = 1;               // section 4.2
    private const uint ObsoletePacket = 2;                     // appendix A
    private const uint SimplePacket = 3;                       // section 4.4
    private const uint EnhancedPacket = 6;                     // section 4.3
    private const uint JournalExport = 9;                      // section 4.7, systemd journal
    private const uint CustomCopied = 0x00000BAD;              // section 4.8
    private const uint CustomNotCopied = 0x40000BAD;

    private const uint ByteOrderMagic = 0x1A2B3C4D;            // section 4.1
    private const int TypeOffset = 0;                          // every block
    private const int LengthOffset = 4;
    private const int MinimumBlock = 12;                       // type, length, length again
    private const int TrailerLength = 4;
    private const int MagicOffset = 8;                         // section header
    private const int MajorVersionOffset = 12;
    private const int MinimumSectionHeader = 28;
    private const int LinkTypeOffset = 8;                      // interface description
    private const int SnapLengthOffset = 12;
    private const int InterfaceOptionsOffset = 16;
    private const int InterfaceOffset = 8;                     // enhanced packet; 16 bits in the obsolete one
    private const int TicksHighOffset = 12;
    private const int TicksLowOffset = 16;
    private const int CapturedLengthOffset = 20;
    private const int OriginalLengthOffset = 24;
    private const int PacketDataOffset = 28;
    private const int SimpleOriginalLengthOffset = 8;          // simple packet
    private const int SimpleDataOffset = 12;

    /// <summary>
    /// As much of a block as is looked at: the longest frame and room for its options. Longer blocks are read to here, then passed over.
    /// </summary>
    private const int BlockWindow = FrameBatch.MaximumFrame + 64 * 1024;

    private readonly List<PcapngInterface> _interfaces = [];
    private int _interfacesBefore;                             // in the sections before this one
    private bool _bigEndian;
    private Timestamp _latest = new(0);

    /// <summary>The first section header is read as a block like all others.</summary>
    public override int HeaderLength => 0;

    public static PcapngFormat? Recognise(ReadOnlySpan<byte> head, ref string? reason)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != SectionHeader) return null;
        if (head.Length < MinimumBlock)
        {
            reason = FormattableString.Invariant($"cut short in the section header: {head.Length} octets");
            return null;
        }

        return Word(head, MagicOffset, bigEndian: false) is ByteOrderMagic or 0x4D3C2B1A ? new PcapngFormat() : null;
    }

    public override int Parse(FrameBatch batch, int start, int end)
    {
        while (end - start >= MinimumBlock)
        {
            ReadOnlySpan<byte> octets = batch.Buffer.AsSpan(start, end - start);
            var type = Word(octets, TypeOffset, _bigEndian);
            if (type == SectionHeader) _bigEndian = Word(octets, MagicOffset, bigEndian: true) == ByteOrderMagic;
            var claimed = Word(octets, LengthOffset, _bigEndian);
            var length = ((long)claimed + 3) & ~3;             // some writers forget to count the padding
            if (claimed < MinimumBlock)
            {
                Damage = FormattableString.Invariant($"a block after frame {Frames} claims {claimed} octets");
                return start;
            }

            if (octets.Length < Math.Min(length, BlockWindow)) return start;
            var block = octets[..(int)Math.Min(length, BlockWindow)];
            if (length <= BlockWindow && Word(block, block.Length - TrailerLength, _bigEndian) != claimed)
                Damage = FormattableString.Invariant($"the lengths at the two ends of a block after frame {Frames} differ");
            else
                ReadBlock(batch, start, type, block, length);
            if (Damage is not null) return start;

            start += block.Length;
            Skip = length - block.Length;
            if (Skip > 0) return start;
        }

        return start;
    }

    private void ReadBlock(FrameBatch batch, int start, uint type, ReadOnlySpan<byte> block, long length)
    {
        switch (type)
        {
            case SectionHeader:
                BeginSection(block);
                break;
            case InterfaceDescription:
                AddInterface(block);
                break;
            case EnhancedPacket or ObsoletePacket:
                AddPacket(batch, start, type, block, length);
                break;
            case SimplePacket:
                AddSimplePacket(batch, start, block, length);
                break;
            case JournalExport or CustomCopied or CustomNotCopied:
                Frames++;                                      // Wireshark shows these in its packet list
                break;
        }
    }

    private void BeginSection(ReadOnlySpan<byte> block)
    {
        if (block.Length < MinimumSectionHeader || Word(block, MagicOffset, _bigEndian) != ByteOrderMagic)
            Damage = FormattableString.Invariant($"a section header after frame {Frames} is not one");
        else if (HalfWord(block, MajorVersionOffset, _bigEndian) is var major and not 1)
            Damage = FormattableString.Invariant($"the section after frame {Frames} is of pcapng version {major}, which is not known");
        _interfacesBefore = Math.Min(_interfacesBefore + _interfaces.Count, ushort.MaxValue);
        _interfaces.Clear();
    }

    private void AddInterface(ReadOnlySpan<byte> block)
    {
        if (block.Length < InterfaceOptionsOffset + TrailerLength)
            Damage = FormattableString.Invariant($"an interface description after frame {Frames} is too short");
        else if (_interfaces.Count > ushort.MaxValue)
            Damage = FormattableString.Invariant($"more than {_interfaces.Count} interfaces in one section");
        if (Damage is not null) return;
        var linkType = LinkTypes.FromDataLink(HalfWord(block, LinkTypeOffset, _bigEndian));
        _interfaces.Add(new(linkType, Word(block, SnapLengthOffset, _bigEndian), block[InterfaceOptionsOffset..^TrailerLength], _bigEndian));
    }

    private void AddPacket(FrameBatch batch, int start, uint type, ReadOnlySpan<byte> block, long length)
    {
        if (block.Length < PacketDataOffset + TrailerLength)
        {
            Damage = FormattableString.Invariant($"the block of frame {Frames + 1} is too short");
            return;
        }

        var index = type == EnhancedPacket ? Word(block, InterfaceOffset, _bigEndian) : HalfWord(block, InterfaceOffset, _bigEndian);
        if (index >= _interfaces.Count)
        {
            Damage = FormattableString.Invariant($"frame {Frames + 1} names interface {index} of {_interfaces.Count}");
            return;
        }

        var captured = Word(block, CapturedLengthOffset, _bigEndian);
        var original = Word(block, OriginalLengthOffset, _bigEndian);
        var ticks = (ulong)Word(block, TicksHighOffset, _bigEndian) << 32 | Word(block, TicksLowOffset, _bigEndian);
        if (captured > length - PacketDataOffset - TrailerLength)
            Damage = FormattableString.Invariant($"frame {Frames + 1} claims {captured} octets in a block of {length}");
        else
            Add(batch, start + PacketDataOffset, (int)index, captured, original, _interfaces[(int)index].At(ticks));
    }

    /// <summary>A simple packet has no time: it stands with the frame before it. Its interface is the section's first.</summary>
    private void AddSimplePacket(FrameBatch batch, int start, ReadOnlySpan<byte> block, long length)
    {
        if (block.Length < SimpleDataOffset + TrailerLength || _interfaces.Count == 0)
        {
            Damage = FormattableString.Invariant($"frame {Frames + 1} is a simple packet without room or interface");
            return;
        }

        var original = Word(block, SimpleOriginalLengthOffset, _bigEndian);
        var limit = _interfaces[0].SnapLength is 0 ? uint.MaxValue : _interfaces[0].SnapLength;
        var captured = Math.Min(Math.Min(original, limit), length - SimpleDataOffset - TrailerLength);
        Add(batch, start + SimpleDataOffset, 0, (uint)captured, original, _latest);
    }

    private void Add(FrameBatch batch, int offset, int index, uint captured, uint original, Timestamp at)
    {
        var linkType = _interfaces[index].LinkType;
        if (captured > LinkTypes.LongestFrame(linkType))
        {
            Damage = TooLong(captured, linkType);
            return;
        }

        _latest = at;
        var kept = Math.Min((int)captured, FrameBatch.MaximumFrame);
        var position = (ushort)Math.Min(_interfacesBefore + index, ushort.MaxValue);
        batch.Add(new(offset, kept, (int)Math.Min(original, int.MaxValue), at, linkType, position, ++Frames));
    }
}
