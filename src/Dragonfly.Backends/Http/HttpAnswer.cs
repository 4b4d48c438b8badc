// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends.Http;

/// <summary>An answer whose head is read, and the place at its origin that it holds until it is disposed.</summary>
/// <param name="message">The answer.</param>
/// <param name="place">The place.</param>
internal sealed class HttpAnswer(HttpResponseMessage message, IDisposable place) : IDisposable
{
    /// <summary>Status, headers and body.</summary>
    public HttpResponseMessage Message { get; } = message;

    /// <summary>The status as a number.</summary>
    public int Status => (int)Message.StatusCode;

    /// <inheritdoc/>
    public void Dispose()
    {
        Message.Dispose();
        place.Dispose();
    }
}
