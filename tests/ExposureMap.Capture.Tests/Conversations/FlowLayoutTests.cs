using System.Runtime.CompilerServices;
using ExposureMap.Capture.Conversations;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>A frame finds its conversation outside the processor's cache: a field more may cost each frame another line.</summary>
public sealed class FlowLayoutTests
{
    [Fact]
    public void Rows_AreWholeLinesOfTheCache()
    {
        Assert.Equal(Cache.Line, Unsafe.SizeOf<FlowSide>());
        Assert.Equal(5 * Cache.Line, Unsafe.SizeOf<Flow>());
        Assert.Equal(3 * Cache.Line, Unsafe.SizeOf<FlowLog>());
    }

    [Fact]
    public void Flow_WhatEveryFrameTouches_StandsInFront()
    {
        Flow flow = default;
        ref var start = ref Unsafe.As<Flow, byte>(ref flow);

        Assert.Equal(2 * Cache.Line, (int)Unsafe.ByteOffset(ref start, ref Unsafe.As<FlowKey, byte>(ref flow.Key)));
        Assert.Equal(3 * Cache.Line, (int)Unsafe.ByteOffset(ref start, ref Unsafe.As<long, byte>(ref flow.Number)));
        Assert.Equal(Flow.HotOctets, (int)Unsafe.ByteOffset(ref start, ref Unsafe.As<long, byte>(ref flow.FirstFrame)));
    }
}
