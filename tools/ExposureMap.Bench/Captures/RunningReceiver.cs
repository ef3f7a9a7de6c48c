using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExposureMap.Bench.Captures;

/// <summary>A <see cref="LiveReceiver"/> at work: what it says on standard error, and when. Stopped, or killed when disposed.</summary>
internal sealed partial class RunningReceiver : IDisposable
{
    private const int Terminate = 15;                          // signal.h
    private const int GlancesAtMost = 300;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly Process _process;
    private readonly List<(long At, string Line)> _said = [];

    public RunningReceiver(string name, Process process)
    {
        (_name, _process) = (name, process);
        _ = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_said) _said.Add((TimeProvider.System.GetTimestamp(), line.Data ?? ""));
        };
        process.BeginErrorReadLine();
    }

    /// <summary>When the last line with these words came, as the system's time provider counts; null when none did.</summary>
    public long? LastSaid(string words)
    {
        lock (_said) return _said.FindLast(said => said.Line.Contains(words, StringComparison.Ordinal)) is (var at, not null) ? at : null;
    }

    public void Until(Func<bool> isSo)
    {
        for (var left = GlancesAtMost; !isSo(); left--)
        {
            if (left == 0 || _process.WaitForExit(Glance)) throw new InvalidOperationException($"{_name} does not capture, or comes to no rest");
        }
    }

    /// <summary>Waits until nothing is left to do for it, and gives the processor time it took until then.</summary>
    public TimeSpan UntilIdle()
    {
        var (known, quiet) = (TimeSpan.Zero, 0);
        Until(IsIdle);
        return known;

        // the service rests up to a second before it looks for news: only then is it done
        bool IsIdle()
        {
            _process.Refresh();
            var now = _process.TotalProcessorTime;
            quiet = now - known < Glance / 5 ? quiet + 1 : 0;
            known = now;
            return quiet > TimeSpan.FromSeconds(1) / Glance;
        }
    }

    /// <summary>Has it end in good order. Gives all that it said.</summary>
    public string Stop()
    {
        if (Kill(_process.Id, Terminate) != 0) throw new InvalidOperationException($"{_name} cannot be stopped");
        _process.WaitForExit();
        lock (_said) return string.Join('\n', _said.Select(said => said.Line));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
