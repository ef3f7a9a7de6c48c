using ExposureMap.Capture.Sources;
using ExposureMap.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExposureMap.Tests.Hosting;

public sealed class InterfaceJudgeTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly InterfaceJudge _judge;

    public InterfaceJudgeTests()
    {
        _judge = new(_clock);
        _judge.Begin();
    }

    [Fact]
    public void Judge_NoFrameForHalfAMinute_IsSilentUntilTheNextFrame()
    {
        Assert.Equal(InterfaceState.Live, After(29, new(5, 0, 0, 0, 0)));
        Assert.Equal(InterfaceState.Live, After(29, new(5, 0, 0, 0, 0)));
        Assert.Equal(InterfaceState.Silent, After(2, new(5, 0, 0, 0, 0)));
        Assert.Equal(InterfaceState.Live, After(1, new(6, 0, 0, 0, 0)));
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, 0, 0, 1)]
    public void Judge_AnyKindOfLoss_IsLossyForAMinute(long kernel, long hardware, long queue, long fault)
    {
        Assert.Equal(InterfaceState.Lossy, After(1, new(10, kernel, hardware, queue, fault)));
        Assert.Equal(InterfaceState.Lossy, After(59, new(11, kernel, hardware, queue, fault)));
        Assert.Equal(InterfaceState.Live, After(2, new(12, kernel, hardware, queue, fault)));
    }

    [Theory]
    [InlineData(LiveState.LinkDown, "link-down")]
    [InlineData(LiveState.Missing, "missing")]
    [InlineData(LiveState.Failed, "error")]
    public void Judge_CaptureSaysItCannotSee_IsNotWatching(LiveState state, string word)
    {
        var judged = _judge.Judge(state, new(10, 1, 0, 0, 0));

        Assert.Equal(word, judged.Word());
        Assert.False(judged.IsWatching());
    }

    private InterfaceState After(int seconds, CaptureStatistics statistics)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return _judge.Judge(LiveState.Live, statistics);
    }
}
