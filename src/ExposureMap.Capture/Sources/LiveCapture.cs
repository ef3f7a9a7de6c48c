using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// Frames from an interface as they pass. A thread of its own empties the kernel's ring into batches and never waits for the reader: when all
/// batches are full, the newest frames are dropped and counted. VLAN tags that the interface took off are back in the frame (libpcap does that).
/// Purely passive. When it is over (<see cref="State"/>), it is for the owner to open another.
/// </summary>
public sealed unsafe class LiveCapture : IFrameSource
{
    private const int WaitMilliseconds = 100;                  // of the thread for frames, and of the reader for batches: bounds every stop
    private const int JoinMilliseconds = 2000;
    private const int LookMilliseconds = 1000;
    private const int PauseMilliseconds = 20;                  // where polling does not help
    private const int FramesPerDispatch = 4096;

    private readonly LiveDevice _device;
    private readonly LinkWatch _link;
    private readonly LiveQueue _queue;
    private readonly Thread _thread;
    private readonly Lock _gate = new();                       // the device, against its disposal
    private GCHandle _self;
    private FrameBatch? _filling;
    private int _filled;                                       // octets of it
    private long _received, _queueDropped, _failed, _kernelSeen, _kernelDropped;
    private uint _lastSeen, _lastDropped;
    private volatile bool _stopping, _over;
    private volatile LiveState _state;
    private string? _problem;

    private LiveCapture(string name, LiveDevice device, LiveOptions options)
    {
        Name = name;
        _device = device;
        _link = new LinkWatch(name);
        _queue = new LiveQueue(options.Batches);
        _self = GCHandle.Alloc(this);
        _thread = new Thread(Run) { IsBackground = true, Name = $"capture {name}" };
    }

    public string Name { get; }

    public LiveState State => _state;

    public string? Problem => Volatile.Read(ref _problem);

    public (long Read, long Total) Progress => (Volatile.Read(ref _received), 0);

    public ushort LinkType => _device.LinkType;

    public CaptureStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                SampleKernel();
                var (received, dropped, failed) = (Volatile.Read(ref _received), Volatile.Read(ref _queueDropped), Volatile.Read(ref _failed));
                return new(received, _kernelDropped, _link.Missed, dropped, failed);
            }
        }
    }

    /// <summary>Frames the kernel offered, those it dropped included.</summary>
    internal long KernelSeen
    {
        get
        {
            lock (_gate)
            {
                SampleKernel();
                return _kernelSeen;
            }
        }
    }

    /// <summary>Opens and starts at once.</summary>
    /// <exception cref="CaptureException">No such interface, no libpcap, not allowed (with the remedy), or a wrong filter.</exception>
    public static LiveCapture Open(string name, LiveOptions? options = null)
    {
        options ??= new LiveOptions();
        var capture = new LiveCapture(name, LiveDevice.Open(name, options), options);
        capture._thread.Start();
        return capture;
    }

    /// <summary>
    /// Waits at most 100 ms: true with an empty batch says that nothing came. False when the capture is over and all its frames were read.
    /// </summary>
    public bool Read(FrameBatch batch, CancellationToken stop)
    {
        batch.Clear();
        if (stop.IsCancellationRequested) return false;
        var wasOver = _over;
        return _queue.Take(batch, wasOver ? 0 : WaitMilliseconds) || !wasOver;
    }

    /// <summary>Ends the capture; frames not yet read stay to be read.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive && !_thread.Join(JoinMilliseconds)) return;      // stuck in the kernel: rather leak it than free what it uses
        lock (_gate)
        {
            if (!_self.IsAllocated) return;
            SampleKernel();
            _self.Free();
            _state = LiveState.Stopped;
            _device.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            var handle = _device.Handle;
            var descriptor = Libpcap.FileDescriptor(handle);
            var looked = Environment.TickCount64;
            while (!_stopping)
            {
                if (descriptor < 0 || Polling.Wait(descriptor, WaitMilliseconds) == Polling.Answer.Other) Thread.Sleep(PauseMilliseconds);
                if (Libpcap.Dispatch(handle, FramesPerDispatch, &OnFrame, GCHandle.ToIntPtr(_self)) < 0)
                {
                    Fail(_link.Look() == LiveState.Missing ? LiveState.Missing : LiveState.Failed, Libpcap.Error(handle));
                    break;
                }

                if (_filling is { Count: > 0 } && _queue.IsEmpty) NextBatch();
                if (Environment.TickCount64 - looked < LookMilliseconds) continue;
                looked = Environment.TickCount64;
                if (!Look()) break;
            }
        }
        catch (Exception error)                                // nothing may end the process from here
        {
            Fail(LiveState.Failed, error.Message);
        }

        if (_filling is { Count: > 0 } last) _queue.Put(last);
        _filling = null;
        _over = true;
    }

    private bool Look()
    {
        lock (_gate) SampleKernel();                           // often enough that 32-bit counters wrap at most once between
        _state = _link.Look();
        if (_state != LiveState.Missing) return true;
        Fail(LiveState.Missing, "the interface is gone or was made anew");
        return false;
    }

    private void Fail(LiveState state, string problem)
    {
        Volatile.Write(ref _problem, $"{Name}: {problem}");
        _state = state;
    }

    /// <summary>An exception here would cross native frames and end the process.</summary>
    [UnmanagedCallersOnly]
    private static void OnFrame(nint user, Libpcap.PacketHeader* header, byte* octets)
    {
        try
        {
            Unsafe.As<LiveCapture>(GCHandle.FromIntPtr(user).Target!).Add(header, octets);
        }
        catch (Exception)
        {
            if (GCHandle.FromIntPtr(user).Target is LiveCapture capture) capture._failed++;
        }
    }

    private void Add(Libpcap.PacketHeader* header, byte* octets)
    {
        _received++;
        var kept = (int)Math.Min(header->CapturedLength, FrameBatch.MaximumFrame);
        if ((_filling is null || _filled + kept > _filling.Buffer.Length) && !NextBatch())
        {
            _queueDropped++;
            return;
        }

        new ReadOnlySpan<byte>(octets, kept).CopyTo(_filling!.Buffer.AsSpan(_filled));
        var at = Timestamp.FromUnix(header->Seconds, header->Fraction * _device.NanosecondsPerUnit);
        _filling.Add(new(_filled, kept, (int)Math.Min(header->OriginalLength, int.MaxValue), at, _device.LinkType, 0, _received));
        _filled += kept;
    }

    /// <summary>Hands over the batch being filled and begins another; false when all are full.</summary>
    private bool NextBatch()
    {
        if (_filling is { } full) _queue.Put(full);
        _filled = 0;
        _filling = _queue.Free();
        if (_filling is null) return false;
        _filling.Capture = Name;
        return true;
    }

    private void SampleKernel()
    {
        if (!_self.IsAllocated || !Libpcap.TryStatistics(_device.Handle, out var now)) return;
        _kernelSeen += now.Received - _lastSeen;               // unsigned: right across one wrap
        _kernelDropped += now.Dropped - _lastDropped;
        (_lastSeen, _lastDropped) = (now.Received, now.Dropped);
    }
}
