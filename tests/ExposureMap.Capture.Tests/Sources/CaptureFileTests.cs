using System.Diagnostics;
using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class CaptureFileTests : IDisposable
{
    private const uint Microseconds = 0xA1B2C3D4, Nanoseconds = 0xA1B23C4D, Modified = 0xA1B2CD34;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Microseconds, false, 1_700_000_000_000_005_000)]
    [InlineData(Microseconds, true, 1_700_000_000_000_005_000)]
    [InlineData(Nanoseconds, false, 1_700_000_000_000_000_005)]
    [InlineData(Nanoseconds, true, 1_700_000_000_000_000_005)]
    [InlineData(Modified, false, 1_700_000_000_000_005_000)]
    [InlineData(Modified, true, 1_700_000_000_000_005_000)]
    public void Read_PcapOfAnyKind_GivesEachFrameAsWritten(uint magic, bool bigEndian, long nanoseconds)
    {
        var file = new CaptureBytes(bigEndian).PcapHeader(magic, linkType: 113)
            .PcapFrame(1_700_000_000, 5, CaptureBytes.Octets(60), original: 1514, modified: magic == Modified)
            .PcapFrame(4_000_000_000, 0, [], modified: magic == Modified);                  // after 2038; no octets

        var (frames, problem) = _folder.Read(file.ToArray());

        Assert.Null(problem);
        Assert.Equal(2, frames.Count);
        Assert.Equal((1L, nanoseconds, (ushort)113, 1514), (frames[0].Number, frames[0].Nanoseconds, frames[0].LinkType, frames[0].OriginalLength));
        Assert.Equal(CaptureBytes.Octets(60), frames[0].Octets);
        Assert.Equal((2L, 4_000_000_000_000_000_000, 0), (frames[1].Number, frames[1].Nanoseconds, frames[1].Octets.Length));
    }

    [Theory]
    [InlineData(0x24000001, 1)]                                 // FCS present, 4 octets
    [InlineData(12, 101)]                                       // DLT_RAW of Linux
    [InlineData(281, 281)]
    public void Read_LinkTypeField_IsTheTypeAlone(uint written, ushort expected)
    {
        var file = new CaptureBytes().PcapHeader(linkType: written).PcapFrame(1, 0, [1]);

        Assert.Equal(expected, Assert.Single(_folder.Read(file.ToArray()).Frames).LinkType);
    }

    [Fact]
    public void Read_PcapBefore23_TakesTheSecondLengthAsCaptured()
    {
        var file = new CaptureBytes().PcapHeader(minor: 2).Word(1).Word(0).Word(100).Word(2).Append([7, 8]);

        var frame = Assert.Single(_folder.Read(file.ToArray()).Frames);

        Assert.Equal((100, 2), (frame.OriginalLength, frame.Octets.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_PcapngSectionsAndInterfaces_EachWithItsLinkTypeAndClock(bool bigEndian)
    {
        var file = new CaptureBytes(bigEndian).Section().Interface(1).Interface(113, resolution: 9).Interface(0, resolution: 0x80 | 20, offset: 100)
            .Block(5, body => body.Word(0))                     // interface statistics: passed over
            .Enhanced(1, 1_700_000_000_123_456_789, CaptureBytes.Octets(61))
            .Enhanced(0, 1_700_000_000_123_456, [1])
            .Enhanced(2, (1_000UL << 20) + (1 << 19), [2, 3])
            .Section().Interface(276, resolution: 3)
            .Obsolete(0, 5_250, [4]);

        var (frames, problem) = _folder.Read(file.ToArray());

        Assert.Null(problem);
        Assert.Equal([1_700_000_000_123_456_789, 1_700_000_000_123_456_000, 1_100_500_000_000, 5_250_000_000],
            frames.Select(frame => frame.Nanoseconds));
        Assert.Equal<(ushort, ushort)>([(113, 1), (1, 0), (0, 2), (276, 3)], frames.Select(frame => (frame.LinkType, frame.Interface)));
        Assert.Equal(CaptureBytes.Octets(61), frames[0].Octets);
        Assert.Equal([4], frames[3].Octets);
    }

    [Fact]
    public void Read_SectionsOfBothByteOrders_ReadsBoth()
    {
        var little = new CaptureBytes().Section().Interface(1).Enhanced(0, 1, [1]).ToArray();
        var big = new CaptureBytes(bigEndian: true).Section().Interface(1).Enhanced(0, 2, [2]).ToArray();

        Assert.Equal([1000, 2000], _folder.Read([.. little, .. big]).Frames.Select(frame => frame.Nanoseconds));
    }

    [Fact]
    public void Read_SimplePacket_IsCutBySnapLengthAndStandsWithTheFrameBefore()
    {
        var file = new CaptureBytes().Section().Interface(1, snapLength: 5).Enhanced(0, 77, [1]).Simple([1, 2, 3, 4, 5], original: 900);

        var frame = _folder.Read(file.ToArray()).Frames[1];

        Assert.Equal((900, 5, 77_000), (frame.OriginalLength, frame.Octets.Length, frame.Nanoseconds));
    }

    [Fact]
    public void Read_CustomAndJournalBlocks_TakeNumbersAsInTshark()
    {
        var file = new CaptureBytes().Section().Interface(1).Block(0xBAD, body => body.Word(32473)).Enhanced(0, 1, [1])
            .Block(9, body => body.Word(0)).Block(0x40000BAD, body => body.Word(32473)).Block(4, body => body.Word(0)).Enhanced(0, 2, [2]);

        Assert.Equal([2, 5], _folder.Read(file.ToArray()).Frames.Select(frame => frame.Number));
    }

    [Fact]
    public void Read_Snoop_GivesFramesWithoutPadding()
    {
        var file = new CaptureBytes(bigEndian: true).SnoopHeader().SnoopFrame(10, 7, [1, 2, 3], padding: 1).SnoopFrame(11, 0, [4], padding: 0);

        var (frames, problem) = _folder.Read(file.ToArray());

        Assert.Null(problem);
        Assert.Equal([10_000_007_000, 11_000_000_000], frames.Select(frame => frame.Nanoseconds));
        Assert.Equal([1, 2, 3], frames[0].Octets);
    }

    public static TheoryData<string> SmallFiles => ["pcap", "modified", "pcapng", "pcapng-big", "snoop"];

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void Read_CutAnywhere_DeliversEveryCompleteFrameAndTellsWhatIsMissing(string kind)
    {
        var file = SmallFile(kind);
        var octets = file.ToArray();
        var path = Path.Combine(_folder.Path, "cut");
        for (var length = octets.Length; length >= 0; length--)
        {
            File.WriteAllBytes(path, octets[..length]);
            IFrameSource source;
            try
            {
                source = CaptureFile.Open(path);
            }
            catch (CaptureException refused)
            {
                Assert.True(length < 24, $"{length} octets: {refused.Message}");
                continue;
            }

            using (source)
            {
                var (frames, problem) = TemporaryFolder.ReadAll(source);
                Assert.Equal(file.FrameEnds.Count(end => end <= length), frames.Count);
                Assert.Equal(file.Boundaries.Contains(length), problem is null);
            }
        }
    }

    [Fact]
    public void Read_FileCutShort_ProblemNamesFileFrameAndOctet()
    {
        var octets = new CaptureBytes().PcapHeader().PcapFrame(1, 0, new byte[60]).PcapFrame(2, 0, new byte[60]).ToArray();

        var problem = _folder.Read(octets[..^1]).Problem!;

        Assert.StartsWith(_folder.Path, problem, StringComparison.Ordinal);
        Assert.Contains("after frame 1", problem, StringComparison.Ordinal);
        Assert.Contains("octet 100", problem, StringComparison.Ordinal);
        Assert.Contains("1 frames before were read", problem, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> DamagedFiles => new()
    {
        { "pcap frame of 2 GiB", "claims 2147483647 octets" },
        { "block of 0", "claims 0 octets" },
        { "block lengths differ", "differ" },
        { "frame longer than its block", "in a block of" },
        { "unknown interface", "names interface 3 of 1" },
        { "block of 4 GiB", "cut short" },
        { "unknown version", "version 2" },
        { "snoop record too short", "in a record of" },
    };

    [Theory]
    [MemberData(nameof(DamagedFiles))]
    public void Read_DamageAfterAFrame_DeliversTheFrameAndTellsTheDamage(string damage, string said)
    {
        var (frames, problem) = _folder.Read(Damaged(damage).ToArray());

        Assert.Single(frames);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.Contains("the 1 frames before were read", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UsbFrameOf600KiB_IsCutAndTheNextOneIsRight()
    {
        var file = new CaptureBytes().PcapHeader(linkType: 220).PcapFrame(1, 0, new byte[600 * 1024]).PcapFrame(2, 0, [1, 2]);

        var (frames, problem) = _folder.Read(file.ToArray());

        Assert.Null(problem);
        Assert.Equal([(FrameBatch.MaximumFrame, 600 * 1024), (2, 2)], frames.Select(frame => (frame.Octets.Length, frame.OriginalLength)));
    }

    [Fact]
    public void Read_HugeUnknownBlock_IsPassedOver()
    {
        var file = new CaptureBytes().Section().Interface(1).Block(0x1234, body => body.Append(new byte[3_000_000])).Enhanced(0, 1, [9]);

        var (frames, problem) = _folder.Read(file.ToArray());

        Assert.Null(problem);
        Assert.Equal([9], Assert.Single(frames).Octets);
    }

    [Fact]
    public async Task Read_FromAPipe_GivesFramesAsTheyComeAndHearsAStop()
    {
        var path = Path.Combine(_folder.Path, "pipe");
        using (var made = Process.Start("mkfifo", path)) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(File.Exists(path), "mkfifo is missing");
        using var stop = new CancellationTokenSource();
        using var written = new ManualResetEventSlim();
        var writer = Task.Run(
            () =>
            {
                using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
                pipe.Write(new CaptureBytes().PcapHeader().PcapFrame(1, 0, [1]).ToArray());
                written.Wait(TimeSpan.FromSeconds(30));
            },
            TestContext.Current.CancellationToken);

        using var source = CaptureFile.Open(path);
        var batch = new FrameBatch();
        Assert.True(source.Read(batch, stop.Token));
        Assert.Equal(1, batch.Count);

        var clock = Stopwatch.StartNew();
        stop.CancelAfter(50);
        Assert.False(source.Read(batch, stop.Token));          // the writer is silent and stays
        Assert.InRange(clock.ElapsedMilliseconds, 0, 2000);
        Assert.Null(source.Problem);
        written.Set();
        await writer;
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("hello, this is no capture at all", "is not a capture file")]
    [InlineData("\u0001", "is not a capture file")]
    public void Open_WhatIsNoCapture_SaysSo(string content, string said)
    {
        var path = _folder.Write("x.pcap", System.Text.Encoding.ASCII.GetBytes(content));

        var refused = Assert.Throws<CaptureException>(() => CaptureFile.Open(path));

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingFileOrDirectory_SaysSo()
    {
        Assert.Contains("no such file", Assert.Throws<CaptureException>(() => CaptureFile.Open(Path.Combine(_folder.Path, "none"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("is a directory", Assert.Throws<CaptureException>(() => CaptureFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithoutPermission_SaysSo()
    {
        Assert.SkipWhen(Environment.UserName == "root" || OperatingSystem.IsWindows(), "root may read everything");
        var path = _folder.Write("closed", [1]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);

        Assert.Contains("permission denied", Assert.Throws<CaptureException>(() => CaptureFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyFrames_AllocatesNothingForEach()
    {
        using var source = CaptureFile.Open(_folder.Write("many", CaptureBytes.ManyFrames(200_000)));
        var batch = new FrameBatch();
        while (batch.Count < 1000) Assert.True(source.Read(batch, TestContext.Current.CancellationToken));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = 0;
        while (source.Read(batch, TestContext.Current.CancellationToken)) frames += batch.Count;

        Assert.True(frames > 150_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, frames / 10);
        Assert.Equal(source.Progress.Total, source.Progress.Read);
    }

    [Fact]
    public void Read_AnyOctetsChanged_NeitherThrowsNorHangs()
    {
        var random = new Random(7);
        foreach (var kind in SmallFiles.Select(row => row.Data))
        {
            var original = SmallFile(kind).ToArray();
            for (var round = 0; round < 400; round++)
            {
                var octets = (byte[])original.Clone();
                for (var change = random.Next(1, 4); change > 0; change--) octets[random.Next(16, octets.Length)] = (byte)random.Next(256);
                try
                {
                    Assert.InRange(_folder.Read(octets).Frames.Count, 0, octets.Length);
                }
                catch (CaptureException)
                {
                    // refused at opening
                }
            }
        }
    }

    private static CaptureBytes SmallFile(string kind) => kind switch
    {
        "pcap" => new CaptureBytes().PcapHeader().PcapFrame(1, 2, [1, 2, 3]).PcapFrame(2, 3, []).PcapFrame(3, 4, new byte[40]),
        "modified" =>
            new CaptureBytes(bigEndian: true).PcapHeader(Modified).PcapFrame(1, 2, [1, 2, 3], modified: true)
                .PcapFrame(3, 4, new byte[40], modified: true),
        "snoop" => new CaptureBytes(bigEndian: true).SnoopHeader().SnoopFrame(1, 2, [1, 2, 3], 0).SnoopFrame(2, 3, new byte[20], 0),
        _ => new CaptureBytes(bigEndian: kind == "pcapng-big").Section().Interface(1, resolution: 9).Enhanced(0, 1, [1, 2, 3])
            .Block(5, body => body.Word(0)).Interface(113).Simple([4, 5], 2).Section().Interface(1).Obsolete(0, 3, [6, 7, 8, 9, 10]),
    };

    private static CaptureBytes Damaged(string damage)
    {
        var pcapng = new CaptureBytes().Section().Interface(1).Enhanced(0, 1, [1]);
        return damage switch
        {
            "pcap frame of 2 GiB" =>
                new CaptureBytes().PcapHeader().PcapFrame(1, 0, [1]).Word(2).Word(0).Word(0x7FFFFFFF).Word(60).Append(new byte[60]),
            "snoop record too short" =>
                new CaptureBytes(bigEndian: true).SnoopHeader().SnoopFrame(1, 0, [1], 0).Word(9).Word(9).Word(24).Append(new byte[30]),
            "block of 0" => pcapng.Block(6, body => body.Word(0), claimed: 0),
            "block lengths differ" => pcapng.Word(4).Word(16).Word(0).Word(20),
            "frame longer than its block" => pcapng.Enhanced(0, 2, [1], captured: 5),
            "unknown interface" => pcapng.Enhanced(3, 2, [1]),
            "block of 4 GiB" => pcapng.Block(4, body => body.Append(new byte[400_000]), claimed: 0xFFFFFFFC),
            _ => pcapng.Section(major: 2),
        };
    }
}
