// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Dragonfly.Core.Failures;

namespace Dragonfly.Server.Demo;

/// <summary>One program of the demo's cluster: started, waited for until it serves, stopped. Its output goes to a file.</summary>
internal sealed partial class DemoProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    // A second, even on a slow machine; on one that is busy with something else it may be many. Whoever does not want to wait presses Ctrl-C.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    // Between two questions whether a program is ready.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly Process _process;
    private readonly Task _output;
    private readonly string _log;
    private readonly TimeProvider _time;
    private readonly long _startedAt;

    private DemoProcess(string name, Process process, string log, TimeProvider time, long startedAt)
    {
        (Name, _process, _log, _time, _startedAt) = (name, process, log, time, startedAt);
        _output = WriteLogAsync();
    }

    /// <summary>Such as <c>peer-1</c>.</summary>
    public string Name { get; }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>From start to serving.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>The addresses of the ready file.</summary>
    public IReadOnlyDictionary<string, string> Addresses { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts a program and waits until its ready file is there.</summary>
    /// <param name="name">Its name in the demo.</param>
    /// <param name="program">The program's file.</param>
    /// <param name="arguments">Its arguments, without <c>--ready-file</c>.</param>
    /// <param name="folder">An existing folder of its own for the log and the ready file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="started">Gets the process at once, so that it is stopped whatever happens later.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DragonflyException">It ended, or did not serve in time; the message holds what it said.</exception>
    public static async Task<DemoProcess> StartAsync(
        string name, string program, string[] arguments, string folder, TimeProvider time, Action<DemoProcess> started, CancellationToken cancellationToken)
    {
        string readyFile = Path.Combine(folder, "ready.json");
        using var watcher = new FileSystemWatcher(folder, "ready.json");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => ready.TrySetResult();
        watcher.Renamed += (_, _) => ready.TrySetResult();
        watcher.EnableRaisingEvents = true;

        long startedAt = time.GetTimestamp();
        var start = new ProcessStartInfo(program, [.. arguments, "--ready-file", readyFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        var process = new DemoProcess(name, Process.Start(start)!, Path.Combine(folder, "output.log"), time, startedAt);
        started(process);
        await process.WaitAsync(ready.Task, readyFile, cancellationToken);
        return process;
    }

    /// <summary>Asks a process to end in order.</summary>
    public static void Terminate(int process) => _ = Kill(process, SigTerm);

    /// <summary>Asks its health port until it waits for nothing any more.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DragonflyException">It still waits after the time of a start; the message says for what.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        long since = _time.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{Addresses["health"]}/readyz"), cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if (_time.GetElapsedTime(since) > StartLimit)
            {
                string state = await answer.Content.ReadAsStringAsync(cancellationToken);
                throw new Failure(
                    FailureKind.TimedOut, FailureSource.Local, $"{Name} is not ready after {StartLimit.TotalSeconds:0} s: {state}\n{LastWords()}").ToException();
            }

            await Task.Delay(Pause, _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate(_process.Id);
            using var limit = new CancellationTokenSource(StopLimit, _time);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        await _output;
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private async Task WaitAsync(Task ready, string readyFile, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task timer = Task.Delay(StartLimit, _time, limit.Token);
        Task exit = _process.WaitForExitAsync(limit.Token);
        Task first = await Task.WhenAny(ready, exit, timer);
        cancellationToken.ThrowIfCancellationRequested();
        await limit.CancelAsync();
        if (first != ready)
        {
            throw new Failure(
                first == exit ? FailureKind.Unavailable : FailureKind.TimedOut,
                FailureSource.Local,
                $"{Name} {(first == exit ? $"ended with exit code {_process.ExitCode}" : $"does not serve after {StartLimit.TotalSeconds:0} s")}:\n{LastWords()}").ToException();
        }

        ReadyAfter = _time.GetElapsedTime(_startedAt);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(readyFile, cancellationToken));
        Addresses = document.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString());
    }

    private string LastWords() => string.Join('\n', File.Exists(_log) ? File.ReadLines(_log).TakeLast(15) : []);

    private async Task WriteLogAsync()
    {
        await using var log = new FileStream(_log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1, useAsync: true);
        using var gate = new SemaphoreSlim(1);
        await Task.WhenAll(CopyAsync(_process.StandardOutput.BaseStream), CopyAsync(_process.StandardError.BaseStream));

        async Task CopyAsync(Stream source)
        {
            var block = new byte[4096];
            for (int count = await source.ReadAsync(block); count > 0; count = await source.ReadAsync(block))
            {
                await gate.WaitAsync();
                await log.WriteAsync(block.AsMemory(0, count));
                gate.Release();
            }
        }
    }
}
