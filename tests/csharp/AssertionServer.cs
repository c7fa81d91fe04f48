using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSOAuthHelper.Tests;

/// <summary>A token endpoint on this machine that notes the assertions it is sent, and answers when a test says so.</summary>
internal sealed class AssertionServer : IDisposable
{
    public const string Token = """{"access_token":"t","expires_in":3600}""";

    public static readonly (int Status, string Body) Refusal = (401, """{"error":"invalid_client"}""");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, Task<(int Status, string Body)>> _answer;
    private readonly ConcurrentQueue<string> _assertions = new();
    private int _requests;

    /// <param name="answer">The answer to a request, by its number from 1.</param>
    public AssertionServer(Func<int, Task<(int Status, string Body)>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Accept();
    }

    /// <param name="body">The token that every request gets.</param>
    public AssertionServer(string body)
        : this(_ => Task.FromResult((200, body)))
    {
    }

    /// <summary>The assertions, each as often as it came.</summary>
    public IReadOnlyCollection<string> Assertions => _assertions;

    public Uri Endpoint => new($"http://{_listener.LocalEndpoint}/token");

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            using (var reader = new StreamReader(client.GetStream(), Encoding.ASCII))
            {
                while (await Form(reader) is { } form)
                {
                    _assertions.Enqueue(form.Split('&').Single(field => field.StartsWith("client_assertion=")));
                    var (status, body) = await _answer(Interlocked.Increment(ref _requests));
                    var head = $"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + body));
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    /// <summary>The next request's body; null where the client has none.</summary>
    private static async Task<string?> Form(StreamReader reader)
    {
        var length = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["content-length:".Length..]);
            }
            if (line.Length == 0)
            {
                var form = new char[length];
                return await reader.ReadBlockAsync(form) == length ? new string(form) : null;
            }
        }
        return null;
    }
}
