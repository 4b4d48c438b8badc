// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Dragonfly.Swarm.Wire;

/// <summary>One published program of a role, started with a configuration and stopped in order.</summary>
internal sealed class RoleProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RoleProcess(Process process, IReadOnlyDictionary<string, string> addresses) => (_process, Addresses) = (process, addresses);

    public int Id => _process.Id;

    public IReadOnlyDictionary<string, string> Addresses { get; }

    /// <summary>From the start of the process until its ready file was there, to 2 ms.</summary>
    public TimeSpan ReadyAfter { get; private init; }

    /// <param name="program">The <c>dragonfly</c> program.</param>
    /// <param name="role">Its role.</param>
    /// <param name="folder">A folder of its own; made.</param>
    /// <param name="configuration">YAML.</param>
    /// <param name="dynamic">YAML of what a manager would tell.</param>
    public static async Task<RoleProcess> StartAsync(string program, string role, string folder, string configuration, string dynamic)
    {
        Directory.CreateDirectory(folder);
        var (file, ready) = (Path.Combine(folder, "config.yaml"), Path.Combine(folder, "ready.json"));
        File.Delete(ready);
        await File.WriteAllTextAsync(file, configuration);
        await File.WriteAllTextAsync(Path.Combine(folder, "dynconfig.yaml"), dynamic);
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"{program}\" {role} --config \"{file}\" --dynconfig \"{folder}/dynconfig.yaml\" --ready-file \"{ready}\" --console >\"{folder}/output.log\" 2>&1"]);
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        for (var tries = 0; !File.Exists(ready); tries++)
        {
            if (process.HasExited || tries > 15000)
            {
                throw new InvalidOperationException($"{role} did not start: {await File.ReadAllTextAsync(Path.Combine(folder, "output.log"))}");
            }

            await Task.Delay(2);
        }

        var readyAfter = Stopwatch.GetElapsedTime(started);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        return new RoleProcess(process, document.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString())) { ReadyAfter = readyAfter };
    }

    /// <summary>Sends SIGTERM and tells how long the end took. Dispose is not needed any more.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        using var signal = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
        var sent = Stopwatch.GetTimestamp();
        await _process.WaitForExitAsync();
        _process.Dispose();
        return Stopwatch.GetElapsedTime(sent);
    }

    public async ValueTask DisposeAsync()
    {
        using var stop = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
