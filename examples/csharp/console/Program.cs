// Gets a token and writes it to standard output:
//
//     console TOKEN-ENDPOINT|TENANT CLIENT-ID [SCOPE]
//
// What has "://" in it is a token endpoint, all else a tenant of Entra ID. The client secret comes from the environment
// variable PSOAUTH_CLIENT_SECRET, or else from the first line of standard input: arguments can be read by everyone on the
// machine.
//
// Exit codes: 0 the token was written; 1 the authorization server refused; 2 the arguments are wrong; 3 there is no usable
// answer; 4 the server asks to come back later; 130 Ctrl+C.

using PSOAuthHelper;

const int Refused = 1, Usage = 2, NoAnswer = 3, Later = 4, Interrupted = 130;

var isAddress = args.Length > 0 && args[0].Contains("://", StringComparison.Ordinal);
Uri? endpoint = null;
if (args.Length is not (2 or 3) || (isAddress && !Uri.TryCreate(args[0], UriKind.Absolute, out endpoint)))
{
    Console.Error.WriteLine("usage: console TOKEN-ENDPOINT|TENANT CLIENT-ID [SCOPE]");
    return Usage;
}

using var request = new TokenRequest
{
    TokenEndpoint = endpoint,
    Tenant = isAddress ? null : args[0],
    ClientId = args[1],
    Scope = args.ElementAtOrDefault(2),
};
request.SetClientSecret(Environment.GetEnvironmentVariable("PSOAUTH_CLIENT_SECRET") ?? Console.ReadLine() ?? "");

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    interrupt.Cancel();
};

try
{
    var token = await TokenClient.RequestTokenAsync(request, interrupt.Token);
    Console.WriteLine(token.AccessToken);
    return 0;
}
catch (TokenException failure)
{
    Console.Error.WriteLine(failure.Message);
    if (failure.CorrelationId is { } id)
    {
        Console.Error.WriteLine($"Correlation id: {id}");
    }
    return failure.Status switch
    {
        TokenStatus.OAuthError => Refused,
        TokenStatus.InvalidArgument => Usage,
        TokenStatus.Throttled => Later,
        _ => NoAnswer,
    };
}
catch (OperationCanceledException)
{
    return Interrupted;
}
