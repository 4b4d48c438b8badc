// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A file system of a given size in memory, mounted for one test. Mounting takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one; skips the test, saying why, where that is not allowed.</summary>
    /// <param name="mebibytes">Its size.</param>
    /// <returns>The disk, empty.</returns>
    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        var folder = Directory.CreateTempSubdirectory("df-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m,mode=0700");
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder);
        if (mounted.ExitCode != 0)
        {
            Directory.Delete(folder);
            Assert.Skip($"A tmpfs cannot be mounted here, which takes root: {mounted.Errors.Trim()}");
        }

        return new SmallDisk(folder);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var result = await RunAsync("umount", Folder);
        Assert.True(result.ExitCode == 0, result.Errors);
        Directory.Delete(Folder);
    }

    private static async Task<ProcessResult> RunAsync(string program, params string[] arguments)
    {
        await using var running = RunningProgram.Start(program, arguments);
        running.CloseInput();
        return await running.WaitForExitAsync();
    }
}
