namespace ExposureMap.Hosting;

/// <summary>Work on a thread of its own, from the start of the service to its stop. If it fails, the service ends.</summary>
internal abstract class Worker : BackgroundService
{
    protected abstract void Run(CancellationToken stop);

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
