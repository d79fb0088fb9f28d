# An image that holds Debrief and nothing else: no shell, no libraries, no root. It is built from this folder alone:
#
#   docker build --build-arg VERSION="$(git describe --tags --always)" --tag debrief .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/archive" debrief build content
#   docker run --rm --publish 127.0.0.1:1414:1414 --volume "$PWD:/archive:ro" debrief serve content --host 0.0.0.0 --poll
#
# The program is byte for byte that of "make release" with the same Go and the same VERSION.

FROM --platform=$BUILDPLATFORM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
ARG SOURCE_DATE_EPOCH=0
ARG TARGETOS
ARG TARGETARCH
RUN go run ./cmd/release -version "$VERSION" -platforms "$TARGETOS/$TARGETARCH" -out /release
RUN mkdir -p /image/archive /image/licenses && mkdir -m 1777 /image/tmp \
 && tar -xzf /release/*.tar.gz -C /release --strip-components=1 \
 && mv /release/debrief /image/debrief && mv /release/LICENSE* /image/licenses

FROM scratch
COPY --from=build /image/ /
USER 65532:65532
WORKDIR /archive
ENTRYPOINT ["/debrief"]
CMD ["--help"]
