using ExposureMap.Capture;

namespace ExposureMap.Hosting;

/// <summary>Work on a thread of its own, from the start of the service to its stop. If it fails, the service ends.</summary>
internal abstract class Worker : BackgroundService
{
    protected abstract void Run(CancellationToken stop);

    /// <summary>Where the processor is short, others come first.</summary>
    protected virtual bool StandsBack => false;

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Begin(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Begin(CancellationToken stop)
    {
        if (StandsBack) Niceness.StandBack();
        Run(stop);
    }
}
