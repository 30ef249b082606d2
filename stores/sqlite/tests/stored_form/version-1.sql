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
        record TEXT NOT NULL,
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
INSERT INTO record VALUES (133067992, 'environment-request us-east-1 123456789111 simple-env', 5, '{"environmentRequest":{"name":"simple-env","templateName":"simple","templateMajorVersion":"1","spec":"proton: EnvironmentSpec","environmentAccountConnectionId":"00000000-0000-0000-0000-000000000001"}}', 547908194);
INSERT INTO record VALUES (517705396, 'usage us-east-1 123456789111', 5, '{"usage":{"connections":0,"environments":1}}', 3082415909);
INSERT INTO record VALUES (2266205623, 'connection us-east-1 00000000-0000-0000-0000-000000000001', 3, '{"connection":{"status":"CONNECTED","id":"00000000-0000-0000-0000-000000000001","region":"us-east-1","environmentAccountId":"123456789222","managementAccountId":"123456789111","environmentName":"simple-env","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","clientToken":"once","requestedAt":"2021-04-28T23:13:50.847Z","lastModifiedAt":"2021-04-28T23:13:50.847Z"}}', 2654811536);
INSERT INTO record VALUES (2534799256, 'environment us-east-1 123456789111 simple-env', 5, '{"environment":{"deploying":{"details":{"region":"us-east-1","managementAccountId":"123456789111","name":"simple-env","templateName":"simple","templateVersion":{"major":"1"},"spec":"proton: EnvironmentSpec","createdAt":"2021-04-28T23:13:50.847Z","lastAttemptedDeploymentId":"00000000-0000-0000-0000-000000000003","lastDeploymentAttemptedAt":"2021-04-28T23:13:50.847Z"},"provisioning":{"attached":{"connectionId":"00000000-0000-0000-0000-000000000001","accountId":"123456789222"}},"work":"create"}}}', 1658297252);
INSERT INTO record VALUES (2874022475, 'client-token us-east-1 123456789222 once', 1, '{"clientToken":{"connection":"00000000-0000-0000-0000-000000000001","request":{"environmentName":"simple-env","managementAccountId":"123456789111","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","clientToken":"once"}}}', 3531957634);
INSERT INTO record VALUES (2931372692, 'usage us-east-1 123456789222', 1, '{"usage":{"connections":1,"environments":0}}', 3612666510);
INSERT INTO listing VALUES ('listed-connection us-east-1 ENVIRONMENT_ACCOUNT 123456789222 - CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, '{"listedConnection":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","environmentName":"simple-env","id":"00000000-0000-0000-0000-000000000001","lastModifiedAt":"2021-04-28T23:13:50.847000+00:00","managementAccountId":"123456789111","requestedAt":"2021-04-28T23:13:50.847000+00:00","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","status":"CONNECTED"}}', 1499352108);
INSERT INTO listing VALUES ('listed-connection us-east-1 ENVIRONMENT_ACCOUNT 123456789222 simple-env CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, '{"listedConnection":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","environmentName":"simple-env","id":"00000000-0000-0000-0000-000000000001","lastModifiedAt":"2021-04-28T23:13:50.847000+00:00","managementAccountId":"123456789111","requestedAt":"2021-04-28T23:13:50.847000+00:00","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","status":"CONNECTED"}}', 3999400294);
INSERT INTO listing VALUES ('listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 - CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, '{"listedConnection":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","environmentName":"simple-env","id":"00000000-0000-0000-0000-000000000001","lastModifiedAt":"2021-04-28T23:13:50.847000+00:00","managementAccountId":"123456789111","requestedAt":"2021-04-28T23:13:50.847000+00:00","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","status":"CONNECTED"}}', 254155929);
INSERT INTO listing VALUES ('listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 simple-env CONNECTED 2021-04-28T23:13:50.847Z 00000000-0000-0000-0000-000000000001', 3, '{"listedConnection":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","environmentName":"simple-env","id":"00000000-0000-0000-0000-000000000001","lastModifiedAt":"2021-04-28T23:13:50.847000+00:00","managementAccountId":"123456789111","requestedAt":"2021-04-28T23:13:50.847000+00:00","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role","status":"CONNECTED"}}', 3169256148);
INSERT INTO listing VALUES ('listed-environment us-east-1 123456789111 - - simple-env', 5, '{"listedEnvironment":{"arn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","createdAt":"2021-04-28T23:13:50.847000+00:00","deploymentStatus":"IN_PROGRESS","environmentAccountConnectionId":"00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","lastAttemptedDeploymentId":"00000000-0000-0000-0000-000000000003","lastDeploymentAttemptedAt":"2021-04-28T23:13:50.847000+00:00","name":"simple-env","templateMajorVersion":"1","templateName":"simple"}}', 4072258845);
INSERT INTO listing VALUES ('listed-environment us-east-1 123456789111 simple 1 simple-env', 5, '{"listedEnvironment":{"arn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","createdAt":"2021-04-28T23:13:50.847000+00:00","deploymentStatus":"IN_PROGRESS","environmentAccountConnectionId":"00000000-0000-0000-0000-000000000001","environmentAccountId":"123456789222","lastAttemptedDeploymentId":"00000000-0000-0000-0000-000000000003","lastDeploymentAttemptedAt":"2021-04-28T23:13:50.847000+00:00","name":"simple-env","templateMajorVersion":"1","templateName":"simple"}}', 1093536492);
INSERT INTO event VALUES (2, '{"connectionStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","at":"2021-04-28T23:13:50.847Z","status":"PENDING"}}', 4253834534);
INSERT INTO event VALUES (4, '{"connectionStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789222:environment-account-connection/00000000-0000-0000-0000-000000000001","at":"2021-04-28T23:13:50.847Z","previous":"PENDING","status":"CONNECTED"}}', 4051436314);
INSERT INTO event VALUES (6, '{"environmentStatusChange":{"arn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","at":"2021-04-28T23:13:50.847Z","status":"IN_PROGRESS"}}', 826108705);
INSERT INTO instruction VALUES (7, '{"kind":"provision","environmentArn":"arn:aws:proton:us-east-1:123456789111:environment/simple-env","deploymentId":"00000000-0000-0000-0000-000000000003","authority":{"accountId":"123456789222","roleArn":"arn:aws:iam::123456789222:role/env-account-proton-service-role"},"templateName":"simple","templateMajorVersion":"1","spec":"proton: EnvironmentSpec"}', 3997026179);
INSERT INTO sequence VALUES (1, 7, -7);
