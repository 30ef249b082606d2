PRAGMA application_id = 1094938478;
PRAGMA user_version = 1;
CREATE TABLE record (
        place INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        record TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
CREATE TABLE listing (
        key TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        record TEXT,
        checksum INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE event (
        sequence INTEGER PRIMARY KEY,
        item TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
CREATE TABLE instruction (
        sequence INTEGER PRIMARY KEY,
        item TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
CREATE TABLE sequence (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last INTEGER NOT NULL,
        opposite INTEGER NOT NULL,
        CHECK (last >= 0 AND last + opposite = 0)
    ) STRICT;
INSERT INTO record VALUES (517705396, 'usage us-east-1 123456789111', 5, '{"usage":{"connections":0,"environments":1}}', 3082415909);
INSERT INTO record VALUES (948121522, 'environment us-east-1 123456789111 simple-env spec', 5, '{"spec":"proton: EnvironmentSpec"}', 2813054165);
INSERT INTO record VALUES (1462644453, 'environment us-east-1 123456789111 simple-env request', 5, '{"environmentRequest":{"name":"simple-env","templateName":"simple","templateMajorVersion":"1","spec":"proton: EnvironmentSpec","environmentAccountConnectionId":"00000000-0000-0000-0000-000000000001"}}', 3252718621);
INSERT INTO record VALUES (2266205623, 'connection us-east-1 00000000-0000-0000-0000-000000000001', 3, '{"connection":{"status":"CONNECTED","id":"00000000-0000-0000-0000-000000000001","region":"us-east-1","environmentAccountId":"123456789222","managementAccountId":"123456789111","environmentName":"simple-env","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","clientToken":"once","requestedAt":"2021-04-28T23:13:50.847Z","lastModifiedAt":"2021-04-28T23:13:50.847Z"}}', 2654811536);
INSERT INTO record VALUES (2534799256, 'environment us-east-1 123456789111 simple-env', 8, '{"environment":{"settled":{"details":{"region":"us-east-1","managementAccountId":"123456789111","name":"simple-env","templateName":"simple","templateVersion":{"major":"1"},"createdAt":"2021-04-28T23:13:50.847Z","lastAttemptedDeploymentId":"00000000-0000-0000-0000-000000000003","lastDeploymentAttemptedAt":"2021-04-28T23:13:50.847Z"},"provisioning":{"attached":{"connectionId":"00000000-0000-0000-0000-000000000001","accountId":"123456789222"}},"ended":{"succeeded":{"deploymentId":"00000000-0000-0000-0000-000000000003","at":"2021-04-28T23:13:50.847Z"}}}}}', 1922875541);
INSERT INTO record VALUES (2607252757, 'environment us-east-1 123456789111 simple-env resources', 8, '{"resources":{"account":"123456789222","list":[{"identifier":"a bucket"}]}}', 1282816290);
INSERT INTO record VALUES (2874022475, 'client-token us-east-1 123456789222 once', 1, '{"clientToken":{"connection":"00000000-0000-0000-0000-000000000001","requestedAt":"2021-04-28T23:13:50.847Z","request":{"environmentName":"simple-env","managementAccountId":"123456789111","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","clientToken":"once"}}}', 3029368848);
INSERT INTO record VALUES (2931372692, 'usage us-east-1 123456789222', 1, '{"usage":{"connections":1,"environments":0}}', 3612666510);
INSERT INTO listing VALUES ('listed-connection us-east-1 ENVIRONMENT_ACCOUNT 123456789222 - CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, NULL, 3075504401);
INSERT INTO listing VALUES ('listed-connection us-east-1 ENVIRONMENT_ACCOUNT 123456789222 simple-env CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, NULL, 1241824974);
INSERT INTO listing VALUES ('listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 - CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, NULL, 2601737270);
INSERT INTO listing VALUES ('listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 simple-env CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, NULL, 412063551);
INSERT INTO listing VALUES ('listed-environment us-east-1 123456789111 - - simple-env', 5, NULL, 3542117837);
INSERT INTO listing VALUES ('listed-environment us-east-1 123456789111 simple 1 simple-env', 5, NULL, 298987325);
INSERT INTO listing VALUES ('provisioned-resource us-east-1 123456789222 a bucket', 8, '{"provisionedResource":{"account":"123456789222","identifier":"a bucket","by":[{"environmentArn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","unmanaged":false,"resource":{"identifier":"a bucket"}}]}}', 2696424559);
INSERT INTO event VALUES (2, '{"connectionStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","at":"2021-04-28T23:13:50.847Z","status":"PENDING"}}', 4253834534);
INSERT INTO event VALUES (4, '{"connectionStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","at":"2021-04-28T23:13:50.847Z","previous":"PENDING","status":"CONNECTED"}}', 4051436314);
INSERT INTO event VALUES (6, '{"environmentStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","at":"2021-04-28T23:13:50.847Z","status":"IN_PROGRESS"}}', 826108705);
INSERT INTO event VALUES (9, '{"environmentStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","at":"2021-04-28T23:13:50.847Z","previous":"IN_PROGRESS","status":"SUCCEEDED"}}', 3674959628);
INSERT INTO instruction VALUES (7, '{"kind":"provision","environmentArn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","deploymentId":"00000000-0000-0000-0000-000000000003","authority":{"accountId":"123456789222","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role"},"templateName":"simple","templateMajorVersion":"1","spec":"proton: EnvironmentSpec"}', 3997026179);
INSERT INTO sequence VALUES (1, 9, -9);
