// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// What the manager sources of daemon and scheduler share: an answer becomes a document, the document is kept on disk when it differs from the
/// last one, and a start without the manager reads it from there.
/// </summary>
internal abstract partial class ManagerSource<TSnapshot> : IDynamicConfigSource<TSnapshot>
    where TSnapshot : class
{
    private readonly LastAnswerFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private byte[]? _document;
    private TSnapshot? _snapshot;

    private protected ManagerSource(ManagerSourceOptions options, TimeProvider time, ILogger logger)
    {
        Options = options;
        _time = time;
        _logger = logger;
        _file = new LastAnswerFile(options.LastAnswerFile);
    }

    public string Name => $"manager {Options.Address}";

    private protected abstract string Kind { get; }

    private protected ManagerSourceOptions Options { get; }

    /// <summary>The last document, for parts that an answer may lack.</summary>
    private protected byte[]? LastDocument => _document;

    /// <summary>The settings of the last document.</summary>
    private protected TSnapshot? LastSnapshot => _snapshot;

    private protected CallOptions Call(CancellationToken cancellationToken) =>
        new(deadline: _time.GetUtcNow().UtcDateTime + Options.Timeout, cancellationToken: cancellationToken);

    public Fetched<TSnapshot>? Last()
    {
        _document = _file.Read(Kind, Options.Address);
        if (_document is null)
        {
            return null;
        }

        _snapshot = Read(_document);
        return new Fetched<TSnapshot>(_snapshot, $"{Name}: not asked yet, using what it said last");
    }

    public abstract Task<Fetched<TSnapshot>> FetchAsync(CancellationToken cancellationToken);

    public void Watch(Action changed)
    {
        // The manager pushes nothing.
    }

    public void Dispose()
    {
        // The channel belongs to whoever made the client.
    }

    private protected abstract TSnapshot Read(byte[] document);

    /// <summary>Takes a new answer; the same snapshot when it says nothing new.</summary>
    private protected TSnapshot Accept(byte[] document)
    {
        if (_snapshot is not null && document.AsSpan().SequenceEqual(_document))
        {
            return _snapshot;
        }

        _snapshot = Read(document);
        _document = document;
        try
        {
            _file.Write(document);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(_file.Path, e.Message);
        }

        return _snapshot;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The manager's answer could not be kept in {Path} ({Reason}): a start without the manager would know nothing.")]
    private partial void LogNotKept(string path, string reason);
}
