// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Testing.Processes;

/// <summary>Waits for a file to appear, told by the system (inotify); armed when made, so that nothing is missed. Used by one thread.</summary>
public sealed class FileWatch : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly TaskCompletionSource _appeared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts watching.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public FileWatch(string path)
    {
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.FileName };
        _watcher.Created += (_, _) => _appeared.TrySetResult();
        _watcher.Renamed += (_, _) => _appeared.TrySetResult();
        _watcher.EnableRaisingEvents = true;
        if (File.Exists(path))
        {
            _appeared.TrySetResult();
        }
    }

    /// <summary>Completes when the file is there.</summary>
    public Task Appeared => _appeared.Task;

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();
}
