// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Dragonfly.Core.Failures;

namespace Dragonfly.Hosting.Http;

/// <summary>The file of a unix socket, which outlives a process that was killed.</summary>
internal static class UnixSocketFile
{
    // sockaddr_un.sun_path holds 108 bytes with its final zero (unix(7)).
    private const int LongestPath = 107;

    private const string NextStep = "Give this user the right to write there, or set download.server.socketPath to another place";

    /// <summary>Makes the folder, and removes a socket that nobody serves any more.</summary>
    /// <param name="path">The path to listen on.</param>
    /// <exception cref="DragonflyException">The path is too long, is no socket, or somebody serves it.</exception>
    public static void MakeWay(string path)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw Refuse(FailureKind.Invalid, $"the socket path {path} is longer than {LongestPath} bytes, which unix sockets do not allow");
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Refuse(FailureKind.Denied, $"the folder of the socket {path} cannot be made: {exception.Message} {NextStep}");
            }
        }

        if (Directory.Exists(path))
        {
            throw Refuse(FailureKind.Invalid, $"the socket path {path} is a folder; name a file in it");
        }

        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if (new FileInfo(path).Length > 0)
            {
                throw Refuse(FailureKind.AlreadyExists, $"{path} exists and is not a socket");
            }

            Remove(path);
            return;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            throw Refuse(FailureKind.Denied, $"the socket {path} belongs to another user: {exception.Message}. {NextStep}");
        }

        throw Refuse(FailureKind.AlreadyExists, $"another program serves the socket {path}. Stop it, or set another path");
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refuse(FailureKind.Denied, $"the socket {path} of an earlier run cannot be removed: {exception.Message} {NextStep}");
        }
    }

    private static DragonflyException Refuse(FailureKind kind, string detail) =>
        new Failure(kind, FailureSource.Local, detail).ToException();
}
