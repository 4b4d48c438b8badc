// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Settings in a local file, for clusters without a manager (PROTOCOL §14.2): made with defaults and comments when it is absent, read again when
/// it changes. Folder events give the change at once; the refresh interval finds it also where there are no events (network file systems), and a
/// folder replaced by a link, as Kubernetes does with mounted configuration. A broken edit, or one with a key that nobody knows, leaves the settings in force.
/// </summary>
internal abstract partial class FileSource<TSnapshot>(string path, ILogger logger) : IDynamicConfigSource<TSnapshot>
    where TSnapshot : class
{
    private readonly string _path = System.IO.Path.GetFullPath(path);
    private readonly ILogger _logger = logger;
    private FileSystemWatcher? _watcher;

    public string Name => $"file {Path}";

    private protected string Path => _path;

    private protected abstract string Template { get; }

    /// <summary>What the user is told to write into a file that was just made.</summary>
    private protected abstract string Advice { get; }

    public Fetched<TSnapshot>? Last() => null;

    public async Task<Fetched<TSnapshot>> FetchAsync(CancellationToken cancellationToken)
    {
        MakeWhenAbsent();
        using var settings = YamlDocument.Parse(await File.ReadAllTextAsync(_path, cancellationToken));
        if (Keys.Problems(settings.RootElement) is { Count: > 0 } problems)
        {
            throw new InvalidDataException(string.Join("; ", problems));
        }

        return await ReadAsync(settings.RootElement, cancellationToken);
    }

    public void Watch(Action changed)
    {
        try
        {
            MakeWhenAbsent();
            _watcher = new FileSystemWatcher(System.IO.Path.GetDirectoryName(_path)!);
            _watcher.Changed += (_, e) => Noticed(e.Name);
            _watcher.Created += (_, e) => Noticed(e.Name);
            _watcher.Renamed += (_, e) => Noticed(e.Name);
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogNotWatched(_path, e.Message.TrimEnd('.'));
        }

        // ..data is the link that Kubernetes swaps.
        void Noticed(string? name)
        {
            if (name == System.IO.Path.GetFileName(_path) || name == "..data")
            {
                changed();
            }
        }
    }

    public void Dispose() => _watcher?.Dispose();

    /// <summary>What the file may hold.</summary>
    private protected abstract KnownKeys Keys { get; }

    private protected abstract Task<Fetched<TSnapshot>> ReadAsync(JsonElement settings, CancellationToken cancellationToken);

    private void MakeWhenAbsent()
    {
        if (File.Exists(_path))
        {
            return;
        }

        // Whole at once: who writes the file in this very moment must not find our defaults over it, and who reads it not half of them.
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        var whole = $"{_path}.{Guid.NewGuid():N}";
        File.WriteAllText(whole, Template);
        try
        {
            File.Move(whole, _path);
            LogMade(_path, Advice);
        }
        catch (IOException) when (File.Exists(_path))
        {
            // Somebody else was quicker.
        }
        finally
        {
            File.Delete(whole);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} did not exist and was made with defaults. {Advice}")]
    private partial void LogMade(string path, string advice);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Changes of {Path} are noticed only at the refresh interval: {Reason}.")]
    private partial void LogNotWatched(string path, string reason);
}
