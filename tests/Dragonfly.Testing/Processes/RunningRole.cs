// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;

namespace Dragonfly.Testing.Processes;

/// <summary>A role of the <c>dragonfly</c> program as a process that can be killed and started again with the same folder. Used by one thread.</summary>
public sealed class RunningRole : IAsyncDisposable
{
    private readonly string _role;
    private readonly string _config;
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string>? _environment;
    private Dictionary<string, string> _addresses = [];

    private RunningRole(
        string role, string name, string folder, string config, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        _environment = environment;
        _role = role;
        Name = name;
        Folder = folder;
        _config = config;
        _arguments = arguments;
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Its folder: configuration, data, socket, ready file.</summary>
    public string Folder { get; }

    /// <summary>The process; another one after <see cref="RestartAsync"/>.</summary>
    public RunningProgram Process { get; private set; } = null!;

    /// <summary>From the start of the process until it served.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts a role and waits until it serves.</summary>
    /// <param name="role">"manager", "scheduler", "dfdaemon" or "standalone".</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="folder">Its folder; made when absent.</param>
    /// <param name="yaml">Its configuration.</param>
    /// <param name="arguments">Further flags.</param>
    /// <returns>The running role.</returns>
    public static Task<RunningRole> StartAsync(string role, string name, string folder, string yaml, params string[] arguments) =>
        StartAsync(role, name, folder, yaml, arguments, null);

    /// <summary>Starts a role and waits until it serves.</summary>
    /// <param name="role">"manager", "scheduler", "dfdaemon" or "standalone".</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="folder">Its folder; made when absent.</param>
    /// <param name="yaml">Its configuration.</param>
    /// <param name="arguments">Further flags.</param>
    /// <param name="environment">Variables on top of ours; null for none.</param>
    /// <returns>The running role.</returns>
    public static async Task<RunningRole> StartAsync(
        string role, string name, string folder, string yaml, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, $"{role}.yaml");
        await File.WriteAllTextAsync(config, yaml);
        var running = new RunningRole(role, name, folder, config, arguments, environment);
        try
        {
            await running.StartProcessAsync();
            return running;
        }
        catch
        {
            // Nobody else knows of it yet.
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address that the role wrote to its ready file.</summary>
    /// <param name="listener">The listener's name: "grpc", "health", "metrics", "piece", "proxy".</param>
    /// <returns>Address and port.</returns>
    public IPEndPoint Address(string listener) => IPEndPoint.Parse(Text(listener));

    /// <summary>A value of the ready file as text, such as the path "socket".</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value.</returns>
    public string Text(string key) => _addresses.TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"{Name} has no '{key}', only {string.Join(", ", _addresses.Keys)}");

    /// <summary>Ends the process with a signal and waits for its end.</summary>
    /// <param name="signal">How.</param>
    /// <returns>How it ended.</returns>
    public async Task<ProcessResult> EndAsync(ProcessSignal signal = ProcessSignal.Terminate)
    {
        Process.Signal(signal);
        return await Process.WaitForExitAsync();
    }

    /// <summary>Starts the role again after its end, with the same configuration and folder.</summary>
    /// <param name="arguments">Further flags, for this start only.</param>
    /// <returns>Completes when it serves.</returns>
    public async Task RestartAsync(params string[] arguments)
    {
        await Process.DisposeAsync();
        await StartProcessAsync(arguments);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task StartProcessAsync(params string[] more)
    {
        var ready = Path.Combine(Folder, "ready.json");
        File.Delete(ready);
        using var watch = new FileWatch(ready);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        Process = RunningProgram.Start(
            PublishedPrograms.PathOf("dragonfly"),
            [_role, "--config", _config, "--ready-file", ready, "--console", .. _arguments, .. more],
            _environment,
            name: Name);
        var ended = Process.WaitForExitAsync(TimeSpan.FromDays(1));
        try
        {
            if (await Task.WhenAny(watch.Appeared, ended).WaitAsync(RunningProgram.Patience) == ended)
            {
                throw Process.GaveUp("serving");
            }
        }
        catch (TimeoutException exception) when (!exception.Message.StartsWith(Name, StringComparison.Ordinal))
        {
            throw Process.GaveUp("serving");
        }

        StartTime = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(ready));
        _addresses = json.RootElement.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.ToString());
    }
}
