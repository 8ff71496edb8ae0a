package verify

import (
	"os"

	"github.com/docker/cli/cli/config"
	"github.com/moby/buildkit/cmd/buildctl/build"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
)

// Access returns what a build may use of this machine: the registries' accounts that the docker command has
// stored, secrets ("id=x,src=FILE" or "id=x,env=NAME") and SSH agents ("default" or "id=SOCKET"), as docker build takes them.
func Access(secrets, ssh []string) ([]session.Attachable, error) {
	accounts := config.LoadDefaultConfigFile(os.Stderr)
	access := []session.Attachable{authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{
		AuthConfigProvider: authprovider.LoadAuthConfig(accounts),
	})}
	if len(secrets) > 0 {
		s, err := build.ParseSecret(secrets)
		if err != nil {
			return nil, err
		}
		access = append(access, s)
	}
	if len(ssh) > 0 {
		agents, err := build.ParseSSH(ssh)
		if err != nil {
			return nil, err
		}
		s, err := sshprovider.NewSSHAgentProvider(agents)
		if err != nil {
			return nil, err
		}
		access = append(access, s)
	}
	return access, nil
}
